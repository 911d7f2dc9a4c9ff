import { contentTypes } from "../../contract/outputs";
import { UnusableVideoError, VideoGoneError } from "../errors";
import { CachedVideo } from "../source/cachedVideo";
import { ObjectPlace } from "../storing/objectPlace";
import { OutputsPlace } from "../storing/outputsPlace";
import { metadataOf } from "../storing/thumbnailMetadata";
import { takePicture } from "../takePicture";
import { isKept } from "./kept";
import type { Spent, ThumbnailOrder, Workshop } from "./order";
import { claimOutputs, makeOutputs } from "./outputs";
import type { PlacesOfVideo } from "./removal";
import { removeOutputs, withdrawOutdated } from "./removal";
import { thumbnailStored } from "./thumbnailStored";

/** Looks at the places of all that may be there of a video. */
export async function lookAtPlaces(
  store: Workshop,
  { outputBucket, outputKey, extras }: ThumbnailOrder,
  signal: AbortSignal,
): Promise<PlacesOfVideo> {
  return {
    thumbnail: await ObjectPlace.look(store, { Bucket: outputBucket, Key: outputKey }, signal),
    outputs: extras && (await OutputsPlace.look(store, outputBucket, extras.folder, signal)),
  };
}

/**
 * One round of {@link makeThumbnail}. Throws ReplacedVideoError when what stands there may not be of the video that is there
 * now.
 */
export async function makeOnce(
  workshop: Workshop,
  order: ThumbnailOrder,
  places: PlacesOfVideo,
  spent: Spent,
  signal: AbortSignal,
): Promise<void> {
  const { thumbnail, outputs } = places;
  const { videoKey, extras, unlessMade, removeWithVideo, tell } = order;
  const { format, isPublic = false } = workshop.thumbnail;
  /** What there is to tell of the thumbnail when it is sure to be the video's. */
  let tellOfThumbnail: (() => void) | undefined;
  let video: CachedVideo | undefined;
  try {
    video = await CachedVideo.open(order.source, signal);
    if (unlessMade === true && (await isKept(places, video.version, order, workshop, signal))) {
      const { outputKey, outputBucket: bucket } = order;
      tell?.({ level: "info", event: "thumbnail-kept", key: videoKey, thumbnail: outputKey, bucket });
      return;
    }
    const allowance = workshop.allowance();
    const timestamp = order.chooseTimestamp(video.version);
    const isAutomatic = timestamp.kind === "auto";
    const pictureStartedAt = performance.now();
    const { renditions = [] } = extras?.settings ?? {};
    const tools = { ...workshop, renditions, allowance: () => allowance };
    const picture = await takePicture(tools, video, timestamp, signal).finally(() => {
      if (outputs === undefined) video?.close();
      spent.ffmpegMs += performance.now() - pictureStartedAt;
    });
    const making = outputs && extras && { order, extras, place: outputs, video };
    if (making) await claimOutputs(workshop, making, signal);
    const namedKey = order.namesVideo === false ? undefined : videoKey;
    const metadata = metadataOf(picture, namedKey, video.version, { isPublic, isAutomatic });
    const contentType = contentTypes[format];
    await thumbnail.store({ content: picture.image, contentType, metadata }, signal);
    const opened = video;
    tellOfThumbnail = () => {
      tell?.(thumbnailStored(order, picture, isAutomatic, opened, spent));
    };
    await video.assertCurrent();
    tellOfThumbnail();
    tellOfThumbnail = () => undefined;
    if (making) {
      const made = { picture, thumbnail, thumbnailContentType: contentType, allowance };
      await makeOutputs(workshop, making, made, spent, signal);
    }
  } catch (error) {
    if (!(error instanceof VideoGoneError)) {
      if (error instanceof UnusableVideoError && video !== undefined)
        await withdrawOutdated(places, order, video.version, isPublic, signal);
      throw error;
    }
    if (removeWithVideo) await removeOutputs(places, order, signal);
    if (removeWithVideo || tellOfThumbnail === undefined) throw error;
    // The thumbnail was made of the last video there was, and stays when it goes.
    tellOfThumbnail();
    await outputs?.release();
  } finally {
    video?.close();
    spent.bytesRead += video?.bytesRead ?? 0;
    spent.requests += video?.requests ?? 0;
  }
}
