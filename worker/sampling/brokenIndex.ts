/** A file's index that contradicts itself or the file, or has more than is read of one. */
export class BrokenIndexError extends Error {
  override readonly name = "BrokenIndexError";
}
