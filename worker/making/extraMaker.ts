import type { SamplingTools } from "../sampling/sampleKeyframes";
import type { ProbedVideo } from "../sampling/sampleFrames";
import type { OutputFile } from "../outputFile";

/** What is made besides the thumbnail's own frame; a failure is told of by this name. */
export type ExtraName = "storyboard" | "preview";

/** Makes one of a video's extras. */
export interface ExtraMaker {
  readonly name: ExtraName;
  /**
   * Gives its files, in memory. Throws UnusableVideoError when the video can never give them, what the source throws, and
   * any other error for a fault that may pass.
   */
  readonly make: (
    tools: SamplingTools,
    probed: ProbedVideo,
    signal: AbortSignal,
  ) => Promise<readonly OutputFile[]>;
}
