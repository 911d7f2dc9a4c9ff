import type { VideoKeys } from "../../contract/videoKeys";

/** Which keys are videos, as a stack's outputs tell. */
export function stackVideoKeys(outputs: Record<string, unknown>): VideoKeys {
  const { videoSuffixes, videoPrefixes, onExistingBucket, thumbnailKeyPrefix, extrasKeyPrefix } = outputs;
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  return {
    suffixes: texts(videoSuffixes),
    isExact: onExistingBucket !== true,
    prefixes: texts(videoPrefixes),
    outputPrefixes: [thumbnailKeyPrefix, extrasKeyPrefix].map(String),
  };
}
