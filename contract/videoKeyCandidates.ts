import { videoKeyMetadata } from "./outputs";

/**
 * The keys that the video may have whose thumbnail has this key, the likelier one first; none for a key that is no
 * thumbnail's. `thumb/dir/cat.png` is of `dir/cat.mp4`; `thumb/a.mov.png` of `a.mov`, and in buckets in which both were
 * named alike before, of `a.mov.mp4`.
 */
export function videoKeyCandidates(
  thumbnailKey: string,
  prefix: string,
  videoSuffixes: readonly string[],
): string[] {
  const name = /^(.+)\.[^./]+$/s.exec(
    thumbnailKey.startsWith(prefix) ? thumbnailKey.slice(prefix.length) : "",
  )?.[1];
  if (name === undefined) return [];
  const isVideo = videoSuffixes.some((suffix) => name.toLowerCase().endsWith(suffix.toLowerCase()));
  return [...(isVideo ? [name] : []), `${name}.mp4`];
}

/**
 * Those of the candidates that a thumbnail's metadata could not hold. A thumbnail that names no video although they
 * could is of no video of its bucket: it was made by hand, or somebody put it there.
 */
export function videoKeysLeftOut(
  thumbnailKey: string,
  prefix: string,
  videoSuffixes: readonly string[],
): string[] {
  return videoKeyCandidates(thumbnailKey, prefix, videoSuffixes).filter(
    (key) => videoKeyMetadata(key) === undefined,
  );
}
