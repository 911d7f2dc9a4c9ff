import { isBlack, isFlat, isWhite } from "../bestFrame/verdicts";
import { measure } from "../bestFrame/measures";
import { UnusableVideoError } from "../errors";
import type { RgbPicture } from "../sampling/portablePixmaps";
import { sampleAsPlayed } from "../sampling/sampleFrames";
import type { SampledFile } from "../sampling/sampleFrames";
import type { SamplingTools } from "../sampling/sampleKeyframes";
import type { Start } from "./places";

/** A stretch of a video, as far as it could be had. */
export interface Stretch {
  readonly pictures: readonly RgbPicture[];
  readonly quality: StretchQuality;
  /** What ended it before its time. */
  readonly error?: UnusableVideoError | undefined;
}

/** What a stretch is good for, the worst first. */
export const stretchQualities = ["nothing", "damaged", "black, white or flat", "good"] as const;
export type StretchQuality = (typeof stretchQualities)[number];

/** How a stretch is taken. */
export interface StretchWanted {
  readonly framesPerSecond: number;
  readonly maxPictures: number;
  /** The start is one that the file's index tells: then what ffmpeg misses there is damage. */
  readonly isIndexed: boolean;
}

/**
 * Takes a stretch of a video. When it costs more than its allowance, or than the file's bound of bytes, it is what there was
 * until then. Throws what the source throws, and errors of ffmpeg's that are not the video's doing.
 */
export async function takeStretch(
  tools: SamplingTools,
  file: SampledFile,
  start: Start,
  { framesPerSecond, maxPictures, isIndexed }: StretchWanted,
  signal: AbortSignal,
): Promise<Stretch> {
  const pictures: RgbPicture[] = [];
  const range = { ...start, framesPerSecond, maxPictures };
  try {
    const complaints = await sampleAsPlayed(tools, file, range, (picture) => pictures.push(picture), signal);
    // Where a seek lands between keyframes, the frames up to the next one, which are left out, miss others.
    const isSound = complaints.size === 0 || (!isIndexed && start.sinceKeyframe && !complaints.has("damage"));
    return { pictures, quality: qualityOf(pictures, isSound) };
  } catch (error) {
    signal.throwIfAborted();
    file.video.throwIfFaulty();
    if (!(error instanceof UnusableVideoError)) throw error;
    return { pictures, quality: qualityOf(pictures, true), error };
  }
}

function qualityOf(pictures: readonly RgbPicture[], isSound: boolean): StretchQuality {
  if (pictures.length === 0) return "nothing";
  if (!isSound) return "damaged";
  return isEmpty(pictures) ? "black, white or flat" : "good";
}

/** Whether most of a stretch shows nothing, by some of its pictures. */
function isEmpty(pictures: readonly RgbPicture[]): boolean {
  const some = [0.1, 0.5, 0.9].map((share) => pictures[Math.floor(share * pictures.length)]);
  const empty = some.filter((picture) => {
    if (picture === undefined) return false;
    const measures = measure(picture);
    return isBlack(measures) || isWhite(measures) || isFlat(measures);
  });
  return empty.length >= 2;
}
