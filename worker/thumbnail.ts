import type { S3Client } from "@aws-sdk/client-s3";
import { CachedVideo } from "./source/cachedVideo";
import { ReplacedVideoError, VideoGoneError } from "./errors";
import type { WorkerLogEvent } from "../contract/workerLog";
import { isThumbnailOf } from "../contract/outputs";
import type { RangedSource, VideoVersion } from "./source/rangedSource";
import { assertStorable, ThumbnailPlace } from "./storing/store";
import { isMadeOf, metadataOf } from "./storing/thumbnailMetadata";
import { takePicture, type Picture, type PictureTools } from "./takePicture";
import type { Timestamp } from "../contract/timestamp";

/** What every thumbnail of a worker is made with. */
export interface Workshop extends PictureTools {
  readonly s3: S3Client;
}

/** One video, and where its thumbnail goes. */
export interface ThumbnailOrder {
  readonly source: RangedSource;
  readonly videoKey: string;
  /** Which timestamp to use, once the video's tag and metadata are known. */
  readonly chooseTimestamp: (video: VideoVersion) => Timestamp;
  readonly outputBucket: string;
  readonly outputKey: string;
  /** Whether the thumbnail names its video: not one that is in another bucket. */
  readonly namesVideo?: boolean;
  /** A thumbnail whose video is gone goes, too. */
  readonly removeWithVideo?: boolean;
  /** Only the video's tags have changed: a thumbnail that is what they ask for already is kept. */
  readonly unlessMade?: boolean;
}

/** What there is to tell of an order that was carried out. */
export type ThumbnailReport = WorkerLogEvent & { event: "thumbnail-stored" | "thumbnail-kept" };

/** So often running a video is replaced while it is read, before its job goes back to the queue. */
const maxRounds = 3;

/**
 * From a video to its stored thumbnail. Gives what there is to tell of it; throws UnusableVideoError when the video can
 * never give one, ReplacedVideoError when it was replaced again and again, and any other error for a fault that may pass.
 *
 * A job is for a key, not for a version, and the last upload wins whatever comes late:
 * 1. look at the thumbnail; 2. only then at the video, and make the picture of what is there now; 3. store it on condition
 * that the thumbnail is still the one of 1; 4. look at the video again, by more than its ETag. If 3 is refused or 4 finds
 * another version, begin again; the message is deleted only after a 4 that finds the version of 2.
 *
 * Of two pictures the later one in the thumbnail's history is therefore never of an older version: its 1 saw the other
 * one, which was made of a version that was there before its 2. Each upload's job begins after the upload and does not end
 * before a picture of that version or a later one is stored, so the last upload's stays. That needs neither order nor
 * time: whoever stores late, SDK and dead workers included, has looked (1) early and is refused.
 *
 * With `removeWithVideo`, a 2 or 4 that finds no video deletes the thumbnail of 1 or 3, on condition that it is still that
 * one, and looks at the video once more. What a dead worker stores where a deleted thumbnail was is seen by
 * onThumbnailCreated, and what onVideoRemoved deletes too late gets a job from it (settleOutputs).
 *
 * A person's choice, the video's tag, is part of the version: 2 and 4 look at it too, and each change of it is an upload
 * like any other, with a job of its own. The object and its tag are two looks, between which either may change; but what
 * is looked at after the last change is true, and more is not needed of any look. With `unlessMade`, a 2 that finds the
 * version of which the thumbnail of 1 was made, by what its metadata tell, ends the job: that thumbnail is what would be
 * stored, and whoever stores over it has looked at the video before, and looks again (4). For an upload's own job it does
 * not do, since metadata tell two uploads of one second apart by their ETags at most.
 *
 * An ETag tells pictures apart, not versions. Where those of two versions are the same byte for byte, and only there, it
 * takes that S3 is done with a dead worker's request by the time that its job has been done anew.
 */
export async function makeThumbnail(
  workshop: Workshop,
  order: ThumbnailOrder,
  signal: AbortSignal,
): Promise<ThumbnailReport> {
  const startedAt = performance.now();
  assertStorable(order.outputKey);
  const spent = { ffmpegMs: 0, bytesRead: 0, requests: 0 };
  for (let round = 1; ; round++) {
    try {
      const made = await makeCurrent(workshop, order, signal, spent);
      const about = { key: order.videoKey, thumbnail: order.outputKey, bucket: order.outputBucket };
      if (made === "kept") return { level: "info", event: "thumbnail-kept", ...about };
      const { frame, isAutomatic, videoBytes } = made;
      return {
        level: "info",
        event: "thumbnail-stored",
        ...about,
        seconds: toSeconds(performance.now() - startedAt),
        ffmpegSeconds: toSeconds(spent.ffmpegMs),
        bytesRead: spent.bytesRead,
        requests: spent.requests,
        videoBytes,
        width: frame.width,
        height: frame.height,
        timestampRequestedSeconds: frame.timestampRequestedSeconds,
        timestampSeconds: frame.timestampSeconds,
        ...(frame.hasDecodeErrors ? { decodeErrors: true } : {}),
        ...(isAutomatic && { timestampRequested: "auto", ...toldOf(frame.chosen) }),
      };
    } catch (error) {
      if (!(error instanceof ReplacedVideoError) || round === maxRounds) throw error;
    }
  }
}

/** What a job has cost in all its rounds. */
interface Spent {
  ffmpegMs: number;
  bytesRead: number;
  requests: number;
}

interface Made {
  readonly frame: Picture;
  /** The worker chose the frame. */
  readonly isAutomatic: boolean;
  readonly videoBytes: number;
}

/** One round. Throws ReplacedVideoError when the thumbnail may not be the one of the video that is there now. */
async function makeCurrent(
  workshop: Workshop,
  order: ThumbnailOrder,
  signal: AbortSignal,
  spent: Spent,
): Promise<Made | "kept"> {
  const place = await ThumbnailPlace.look(workshop.s3, order.outputBucket, order.outputKey, signal);
  let made: Made | undefined;
  let video: CachedVideo | undefined;
  try {
    video = await CachedVideo.open(order.source, signal);
    if (order.unlessMade === true && isKept(place, video.version, order, workshop)) return "kept";
    const timestamp = order.chooseTimestamp(video.version);
    const ffmpegStartedAt = performance.now();
    const frame = await takePicture(workshop, video, timestamp, signal).finally(() => {
      video?.close();
      spent.ffmpegMs += performance.now() - ffmpegStartedAt;
    });
    const isAutomatic = timestamp.kind === "auto";
    made = { frame, isAutomatic, videoBytes: video.totalBytes };
    const { format, isPublic = false } = workshop.thumbnail;
    const videoKey = order.namesVideo === false ? undefined : order.videoKey;
    const metadata = metadataOf(frame, videoKey, video.version, { isPublic, isAutomatic });
    await place.store({ image: frame.image, format, metadata }, signal);
    await video.assertCurrent();
    return made;
  } catch (error) {
    if (!(error instanceof VideoGoneError)) throw error;
    if (order.removeWithVideo) await removeThumbnail(place, order, signal);
    // The thumbnail was made of the last video there was, and stays when it goes.
    else if (made !== undefined) return made;
    throw error;
  } finally {
    spent.bytesRead += video?.bytesRead ?? 0;
    spent.requests += video?.requests ?? 0;
  }
}

/** Whether a change of tags leaves what stands at the thumbnail's place; a picture of somebody else's, unless it is a choice. */
function isKept(
  { metadata }: ThumbnailPlace,
  version: VideoVersion,
  { videoKey }: ThumbnailOrder,
  { thumbnail: { isPublic = false } }: Workshop,
): boolean {
  if (metadata === undefined) return false;
  const isAnothers = !isThumbnailOf(videoKey, metadata) && version.timestampTag === undefined;
  return isAnothers || isMadeOf(metadata, videoKey, version, isPublic);
}

/** Deletes the thumbnail of a video that is gone. Throws ReplacedVideoError when the video is there again. */
async function removeThumbnail(
  place: ThumbnailPlace,
  order: ThumbnailOrder,
  signal: AbortSignal,
): Promise<void> {
  if (place.metadata === undefined || !isThumbnailOf(order.videoKey, place.metadata)) return;
  await place.clear(signal);
  try {
    await order.source.read({ start: 0, end: 1 }, undefined, signal);
  } catch (error) {
    if (error instanceof VideoGoneError) return;
    throw error;
  }
  throw new ReplacedVideoError("the video was uploaded again while its thumbnail was deleted");
}

function toldOf(chosen: Picture["chosen"]): { score?: number; verdicts?: readonly string[] } {
  return chosen === undefined ? {} : { score: chosen.score, verdicts: chosen.verdicts };
}

function toSeconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
