import { sampleFrom } from "../sampling/sampleFrames";
import type { ProbedVideo, SampledFile } from "../sampling/sampleFrames";
import type { Sample, SamplingTools } from "../sampling/sampleKeyframes";
import { gatherSamples } from "./gatherSamples";
import type { Judged } from "./rank";
import { rank } from "./rank";
import { beginsInTransition, transitionPictures } from "./transition";

/** The frame that was chosen, and the others, the better first. */
export interface BestFrame extends Judged {
  readonly runnersUp: readonly Judged[];
}

/** Large enough to see blur, small enough to keep many. */
const bounds = { width: 256, height: 256 };
/** Of a video's keyframes, or of what seeks read. */
const maxBytes = 24 * 1024 * 1024;
/** Of what a video may use in all: what is left must be enough for the thumbnail. */
const cpuSeconds = 15;
/** So many are looked at more closely, until one holds. */
const finalists = 6;

/**
 * Chooses the frame that stands best for a video, by small pictures of some of its frames; the same file always has the same
 * one. Undefined when no frame could be looked at. Throws what the source throws.
 */
export async function chooseBestFrame(
  tools: SamplingTools,
  probed: ProbedVideo,
  signal: AbortSignal,
): Promise<BestFrame | undefined> {
  const limited = { ...tools, allowance: tools.allowance.part(cpuSeconds) };
  const file = { ...probed, bounds, maxBytes };
  const { frames, isIndexed } = await gatherSamples(limited, file, signal);
  const ranking = rank(frames);
  const [first] = ranking;
  if (first === undefined) return undefined;
  const equals = ranking.filter(({ verdicts }) => verdicts.length === first.verdicts.length);
  let best = first;
  for (const finalist of equals.slice(0, finalists)) {
    if (!(await isConfirmed(limited, file, finalist, isIndexed, signal))) continue;
    best = finalist;
    break;
  }
  return { ...best, runnersUp: ranking.filter((judged) => judged !== best) };
}

/**
 * Looks at a frame and at what follows it: whether ffmpeg finds it where the index says, decodes it without a complaint, and
 * it is not part of a transition.
 */
async function isConfirmed(
  tools: SamplingTools,
  file: SampledFile,
  { timeSeconds }: Judged,
  isIndexed: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const seen: Sample[] = [];
  const { everySeconds, count } = transitionPictures;
  const range = { fromSeconds: timeSeconds, everySeconds, maxPictures: count };
  try {
    const complaints = await sampleFrom(tools, file, range, (sample) => seen.push(sample), signal);
    const isThere = Math.abs((seen[0]?.timeSeconds ?? Infinity) - timeSeconds) < 0.002;
    if (complaints.has("damage")) return false;
    // Where a seek finds no keyframe, decoding begins in the middle, with complaints of what is missing.
    if (!isThere || complaints.size > 0) return !isIndexed;
  } catch {
    signal.throwIfAborted();
    file.video.throwIfFaulty();
    return false;
  }
  return !beginsInTransition(seen);
}
