import type { BestFrame } from "./bestFrame/chooseBestFrame";
import { automaticTimestamp } from "./bestFrame/automaticTimestamp";
import type { Allowance } from "./child/allowance";
import { UnusableVideoError } from "./errors";
import type { Frame, TakenFrame, WantedPictures } from "./picture/frame";
import { takeFrame } from "./picture/frame";
import type { CachedVideo } from "./source/cachedVideo";
import { VideoView } from "./source/videoView";
import type { LoopbackServer } from "./source/loopbackServer";
import type { FixedTimestamp, Timestamp } from "../contract/timestamp";
import type { Placeholder } from "./placeholder/placeholder";
import { placeholderOf } from "./placeholder/placeholder";
import type { ProbedVideo } from "./sampling/sampleFrames";
import type { ServedVideo } from "./video/servedVideo";
import { probe } from "./video/probe";

/** What a picture is made with. */
export interface PictureTools extends WantedPictures {
  readonly loopback: LoopbackServer;
  /** A job's own. */
  readonly allowance: () => Allowance;
}

/** The picture of a video. */
export interface Picture extends Frame, Placeholder {
  /** What it was taken of, for all else that is made of it. */
  readonly probed: ProbedVideo;
  /** Why it has no renditions, where they made it too costly. */
  readonly withoutRenditions?: UnusableVideoError | undefined;
  /** How its frame was chosen, where the timestamp was `auto` and frames could be looked at. */
  readonly chosen?: BestFrame | undefined;
}

/** Makes the picture of a video: ffprobe and ffmpeg read it from the worker, on loopback. */
export async function takePicture(
  { loopback, allowance, ...wanted }: PictureTools,
  video: CachedVideo,
  timestamp: Timestamp,
  signal: AbortSignal,
): Promise<Picture> {
  const view = await trusting(video, VideoView.open(video, signal));
  return loopback.serving(view, async (url) => {
    const served: ServedVideo = {
      url,
      allowance: allowance(),
      aim: (streamIndex, fromSeconds, toSeconds) => view.aim(streamIndex, fromSeconds, toSeconds),
      decoded: (part) => {
        video.decoded(part);
      },
    };
    const track = await trusting(video, probe(served, signal));
    const probed = { video, view, track };
    const take = async (time: FixedTimestamp) => {
      const { smallPixmap, ...frame } = await trusting(
        video,
        takeAffordable(served, track, time, wanted, signal),
      );
      return { ...frame, ...(await placeholderOf(smallPixmap)), probed };
    };
    if (timestamp.kind !== "auto") return take(timestamp);
    const tools = { loopback, allowance: served.allowance };
    const automatic = await trusting(video, automaticTimestamp(tools, probed, signal));
    return { ...(await take(automatic.timestamp)), chosen: automatic.chosen };
  });
}

/** Takes the frame with its renditions, or without them where it is too costly with them. */
async function takeAffordable(
  ...[served, track, time, wanted, signal]: Parameters<typeof takeFrame>
): Promise<TakenFrame & Pick<Picture, "withoutRenditions">> {
  try {
    return await takeFrame(served, track, time, wanted, signal);
  } catch (error) {
    const isTooCostly = error instanceof UnusableVideoError && error.reason.startsWith("too costly: ");
    if (!isTooCostly || !wanted.renditions?.length) throw error;
    const frame = await takeFrame(served, track, time, { ...wanted, renditions: [] }, signal);
    return { ...frame, withoutRenditions: error };
  }
}

/** What ffmpeg made of a video counts only if all of it that ffmpeg asked for could be read. */
async function trusting<T>(video: CachedVideo, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    video.throwIfFaulty();
  }
}
