import { isVideoName } from "./outputs";

/** Which keys of the videos' bucket are a stack's videos. */
export interface VideoKeys {
  /** How they end; in any case, unless `isExact`. */
  readonly suffixes: readonly string[];
  /** S3's own notifications tell of a key that ends just so, and of no other. */
  readonly isExact?: boolean;
  /** What they begin with; empty: anything. */
  readonly prefixes: readonly string[];
  /** What the keys of outputs begin with: no video has such a key, whichever bucket the outputs are in. */
  readonly outputPrefixes: readonly string[];
}

/** Whether what stands at a key is taken for a video when it is uploaded. */
export function isVideoKey(
  key: string,
  { suffixes, isExact = false, prefixes, outputPrefixes }: VideoKeys,
): boolean {
  const begins = (prefix: string) => key.startsWith(prefix);
  return (
    (isExact ? suffixes.some((suffix) => key.endsWith(suffix)) : isVideoName(key, suffixes)) &&
    (prefixes.length === 0 || prefixes.some(begins)) &&
    !outputPrefixes.some(begins)
  );
}
