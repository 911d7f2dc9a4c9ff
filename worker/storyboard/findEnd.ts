import { boundedVideo } from "../source/boundedVideo";
import type { KeyframeIndex } from "../sampling/keyframes";
import type { SampledFile } from "../sampling/sampleFrames";
import type { SamplingTools } from "../sampling/sampleKeyframes";
import { findTrackEnd } from "../video/trackEnd";
import { endSeconds } from "../video/videoTrack";

/**
 * Where a video track ends, in seconds on the file's own clock. Where the file does not tell, its bytes do, of which
 * `maxBytes` are read; or else the last keyframe that the index knows. Throws what the source throws.
 */
export async function findEnd(
  { loopback, allowance }: SamplingTools,
  { video, track, maxBytes }: SampledFile,
  index: KeyframeIndex | undefined,
  signal: AbortSignal,
): Promise<number> {
  const told = endSeconds(track);
  if (told !== Infinity) return told;
  video.expect({ start: 0, end: video.totalBytes });
  let found: number | undefined;
  try {
    found = await loopback.serving(boundedVideo(video, video, maxBytes), (url) =>
      findTrackEnd({ url, allowance, aim: () => Promise.resolve(), decoded: () => undefined }, track, signal),
    );
  } catch {
    // What its packets cost too much to read is not known.
    signal.throwIfAborted();
  }
  video.throwIfFaulty();
  const known = index?.keyframes.at(-1)?.timeSeconds ?? track.startSeconds;
  return Math.max(found ?? -Infinity, known);
}
