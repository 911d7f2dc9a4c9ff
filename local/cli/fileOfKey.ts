import path from "node:path";

/** S3 takes this key, but no file is to be written there. */
export class KeyWithoutFileError extends Error {
  constructor(key: string, directory: string) {
    super(
      `the key ${JSON.stringify(key)} names no file in ${directory}: a part of it is "." or "..", or empty`,
    );
  }
}

/**
 * The file that an object is written to, which is always in `directory`. A backslash is taken for what it is on Windows,
 * on every system.
 * @throws KeyWithoutFileError for a key that would lead elsewhere, or to the file of another key
 */
export function fileOfKey(directory: string, key: string, system = path): string {
  const parts = key.split(/[\\/]/);
  const isPlain = parts.every((part) => !["", ".", ".."].includes(part) && !part.includes("\0"));
  // On Windows `C:` is a drive, and `name:stream` another content of a file.
  if (!isPlain || (system.sep === "\\" && key.includes(":"))) throw new KeyWithoutFileError(key, directory);
  return system.join(directory, ...parts);
}
