import type { PreviewSettings } from "../../contract/extras";
import { UnusableVideoError } from "../errors";
import type { OutputFile } from "../outputFile";
import type { ProbedVideo } from "../sampling/sampleFrames";
import type { RgbPicture } from "../sampling/portablePixmaps";
import type { SamplingTools } from "../sampling/sampleKeyframes";
import type { VideoTrack } from "../video/videoTrack";
import { fitAnimation } from "./fitAnimation";
import { gatherPictures } from "./gatherPictures";

const framesPerSecond = 10;
/** Of a preview of four seconds and 320 pixels or less; of a longer or larger one as much more. */
const usualMaxBytes = 300_000;
const usual: PreviewSettings = { seconds: 4, widthPixels: 320 };
/** Of the video's bytes: by its index more than any usual video has in that time; without one, each seek reads some in vain. */
const maxBytesRead = 192 * 1024 * 1024;
/** Of all pictures in the worker's memory. */
const maxPictureBytes = 64 * 1024 * 1024;

/**
 * Makes the preview of a video: an animated WebP, which plays again and again, of some seconds from several places of it.
 * It is shorter where the tools' allowance is too little, and smaller where it would have too many bytes. Throws
 * UnusableVideoError when no frame can be had, and what the source throws.
 */
export async function makePreview(
  tools: SamplingTools,
  probed: ProbedVideo,
  settings: PreviewSettings,
  signal: AbortSignal,
): Promise<OutputFile[]> {
  const { seconds } = settings;
  const side = sidePixels(settings, probed.track);
  const file = { ...probed, bounds: { width: side, height: side }, maxBytes: maxBytesRead };
  const { pictures, error } = await gatherPictures(tools, file, { seconds, framesPerSecond }, signal);
  const alike = ofOneSize(pictures);
  if (alike.length === 0)
    throw (
      error ?? new UnusableVideoError(`no frame of the ${probed.track.codec} video decodes for a preview`)
    );
  const animation = await fitAnimation(alike, framesPerSecond, maxBytes(settings), tools.allowance, signal);
  const { content, width, height } = animation;
  return [{ name: "preview.webp", kind: "preview", content, contentType: "image/webp", width, height }];
}

/** The longer side of the pictures, so that all of them have room in memory. */
function sidePixels({ seconds, widthPixels }: PreviewSettings, { width, shownHeight }: VideoTrack): number {
  const pixels = maxPictureBytes / 3 / (seconds * framesPerSecond);
  const ratio = Math.max(width, shownHeight) / Math.max(1, Math.min(width, shownHeight));
  return Math.max(1, Math.min(widthPixels, Math.floor(Math.sqrt(pixels * ratio))));
}

function maxBytes({ seconds, widthPixels }: PreviewSettings): number {
  const factor = Math.max(1, seconds / usual.seconds) * Math.max(1, widthPixels / usual.widthPixels);
  return Math.round(usualMaxBytes * factor);
}

/** The pictures of the size that most of them have: a video may change its shape on the way. */
function ofOneSize(pictures: readonly RgbPicture[]): RgbPicture[] {
  const groups = new Map<string, RgbPicture[]>();
  for (const picture of pictures) {
    const size = `${picture.width}x${picture.height}`;
    groups.set(size, [...(groups.get(size) ?? []), picture]);
  }
  return [...groups.values()].reduce((most, group) => (group.length > most.length ? group : most), []);
}
