import {
  ExtraFailedError,
  messageOf,
  ReplacedVideoError,
  UnusableVideoError,
  VideoGoneError,
} from "../errors";
import type { SamplingTools } from "../sampling/sampleKeyframes";
import type { ProbedVideo } from "../sampling/sampleFrames";
import type { ExtraMaker, ExtraName } from "./extraMaker";
import type { OutputFile } from "../outputFile";

/** What the makers have made. */
export interface MadeExtras {
  readonly files: readonly OutputFile[];
  /** How long each maker took. */
  readonly makerSeconds: Readonly<Partial<Record<ExtraName, number>>>;
}

/**
 * Has one maker after the other make its files. Each may use an equal part of what those before it have left of the
 * video's CPU time: a costly one does not take it from the next, and one that needs more than its part is too costly, as a
 * thumbnail is. What a maker throws begins with its name. Throws what the source throws.
 */
export async function makeExtras(
  makers: readonly ExtraMaker[],
  tools: SamplingTools,
  probed: ProbedVideo,
  signal: AbortSignal,
): Promise<MadeExtras> {
  const files: OutputFile[] = [];
  const makerSeconds: Partial<Record<ExtraName, number>> = {};
  for (const [index, { name, make }] of makers.entries()) {
    const part = tools.allowance.part(tools.allowance.cpuSecondsLeft / (makers.length - index));
    const startedAt = performance.now();
    try {
      files.push(...(await make({ ...tools, allowance: part }, probed, signal)));
      // What was made of a video of which something could not be read means nothing.
      probed.video.throwIfFaulty();
    } catch (error) {
      throw failureOf(name, error);
    }
    makerSeconds[name] = Math.round(performance.now() - startedAt) / 1000;
  }
  return { files, makerSeconds };
}

/** An error that says which extra could not be made; one that is the whole video's stays as it is. */
export function failureOf(name: ExtraName | "renditions", error: unknown): unknown {
  if (error instanceof VideoGoneError || error instanceof ReplacedVideoError) return error;
  if (error instanceof UnusableVideoError)
    return new UnusableVideoError(`${name}: ${error.reason}`, { fromTry: error.fromTry });
  return new ExtraFailedError(name, messageOf(error), { cause: error });
}
