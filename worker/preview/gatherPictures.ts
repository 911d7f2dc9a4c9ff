import type { UnusableVideoError } from "../errors";
import { readKeyframeIndex } from "../sampling/keyframeIndex";
import type { RgbPicture } from "../sampling/portablePixmaps";
import type { SampledFile } from "../sampling/sampleFrames";
import type { SamplingTools } from "../sampling/sampleKeyframes";
import type { Place } from "./places";
import { beginning, choosePlaces } from "./places";
import type { Stretch } from "./takeStretch";
import { stretchQualities, takeStretch } from "./takeStretch";

/** How a preview plays. */
export interface Playing {
  readonly seconds: number;
  readonly framesPerSecond: number;
}

/** What decoding may use of what the video has: the encoder needs some of it. */
const maxCpuSeconds = 20;
const cpuShare = 2 / 3;

/** More than an allowance that is used up has left. */
const justStarted = { cpuSeconds: Number.MIN_VALUE, residentBytes: 0 };

/** The pictures of a preview in their order, and if there are none, what was in the way where that is known. */
export interface Gathered {
  readonly pictures: readonly RgbPicture[];
  readonly error?: UnusableVideoError | undefined;
}

/**
 * Gives the pictures of the stretches of a video that its preview shows. At a place whose stretch is damaged, black, white
 * or flat, others near it are looked at, as many as there are places; stretches that stay worse than the best one are left
 * out. Each has an equal part of what the tools' allowance and the file's `maxBytes` leave: one that would cost more is
 * shorter. Throws what the source throws, and errors of ffmpeg's that are not the video's doing.
 */
export async function gatherPictures(
  tools: SamplingTools,
  file: SampledFile,
  { seconds, framesPerSecond }: Playing,
  signal: AbortSignal,
): Promise<Gathered> {
  const { video, track } = file;
  const index = await readKeyframeIndex(video, track, signal);
  const allowance = tools.allowance.part(Math.min(maxCpuSeconds, cpuShare * tools.allowance.cpuSecondsLeft));
  const bytesBefore = video.bytesRead;
  let error: UnusableVideoError | undefined;

  const take = async (places: readonly Place[]): Promise<readonly Stretch[]> => {
    const taken: Stretch[] = [];
    let othersLeft = places.length;
    for (const [i, { starts, seconds: stretchSeconds }] of places.entries()) {
      const wanted = {
        framesPerSecond,
        maxPictures: Math.max(1, Math.round(stretchSeconds * framesPerSecond)),
        isIndexed: index !== undefined,
      };
      const share = 1 / (places.length - i);
      const partAllowance = allowance.part(allowance.cpuSecondsLeft * share);
      let best: Stretch | undefined;
      for (const [isOther, start] of starts.map((start, j) => [j > 0, start] as const)) {
        const maxBytes = (file.maxBytes - (video.bytesRead - bytesBefore)) * share;
        error ??=
          partAllowance.cpuSecondsLeft > 0 ? undefined : partAllowance.exceeded("ffmpeg", justStarted);
        if (partAllowance.cpuSecondsLeft <= 0 || maxBytes <= 0 || (isOther && othersLeft-- <= 0)) break;
        const limited = { ...tools, allowance: partAllowance };
        const stretch = await takeStretch(limited, { ...file, maxBytes }, start, wanted, signal);
        error ??= stretch.error;
        if (best === undefined || worth(stretch) > worth(best)) best = stretch;
        if (best.quality === "good") break;
      }
      if (best !== undefined) taken.push(best);
    }
    const most = Math.max(...taken.map(worth));
    return taken.filter((stretch) => stretch.pictures.length > 0 && worth(stretch) === most);
  };

  let stretches = await take(choosePlaces(track, index?.keyframes, seconds));
  // What the file tells of its duration or keyframes need not be true.
  if (stretches.length === 0) stretches = await take([beginning(track.startSeconds, seconds)]);
  return { pictures: stretches.flatMap(({ pictures }) => pictures), error };
}

function worth({ quality }: Stretch): number {
  return stretchQualities.indexOf(quality);
}
