import type { FixedTimestamp } from "../../contract/timestamp";
import type { ProbedVideo } from "../sampling/sampleFrames";
import type { SamplingTools } from "../sampling/sampleKeyframes";
import type { BestFrame } from "./chooseBestFrame";
import { chooseBestFrame } from "./chooseBestFrame";

/** What `auto` means for one video. */
export interface AutomaticTimestamp {
  readonly timestamp: FixedTimestamp;
  /** Undefined where no frame could be looked at. */
  readonly chosen: BestFrame | undefined;
}

/**
 * Finds the timestamp of the frame that stands best for a video. Where no frame could be looked at it is a tenth of the
 * duration, or two seconds where that is not told: what is wrong then shows itself when the picture is taken. Throws what
 * the source throws.
 */
export async function automaticTimestamp(
  tools: SamplingTools,
  probed: ProbedVideo,
  signal: AbortSignal,
): Promise<AutomaticTimestamp> {
  const chosen = await chooseBestFrame(tools, probed, signal);
  const { track } = probed;
  if (chosen !== undefined)
    return { timestamp: { kind: "seconds", seconds: chosen.timeSeconds - track.zeroSeconds }, chosen };
  const isTimed = track.durationSeconds !== undefined;
  return { timestamp: isTimed ? { kind: "percent", percent: 10 } : { kind: "seconds", seconds: 2 }, chosen };
}
