/**
 * The process groups of the children that run now, in memory that other threads can read too: what watches over the
 * worker ends them with it. A free place holds 0.
 */
export const childGroups = new Int32Array(new SharedArrayBuffer(64 * Int32Array.BYTES_PER_ELEMENT));

/** Gives what takes the group off the list again. */
export function enlist(processGroup: number): () => void {
  const place = childGroups.indexOf(0);
  // More than there ever are; one that is not on the list is ended by its own limits.
  if (place < 0) return () => undefined;
  Atomics.store(childGroups, place, processGroup);
  return () => {
    Atomics.store(childGroups, place, 0);
  };
}
