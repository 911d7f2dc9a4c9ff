import { isThumbnailOf } from "../../contract/outputs";
import { ReplacedVideoError, VideoGoneError } from "../errors";
import type { ObjectPlace } from "../storing/objectPlace";
import type { OutputsPlace } from "../storing/outputsPlace";
import type { ThumbnailOrder } from "./order";

/** What a video may have, as it was looked at before the video was seen to be gone. */
export interface PlacesOfVideo {
  readonly thumbnail: ObjectPlace;
  readonly outputs: OutputsPlace | undefined;
}

/** Deletes all that was made of a video that is gone. Throws ReplacedVideoError when the video is there again. */
export async function removeOutputs(
  { thumbnail, outputs }: PlacesOfVideo,
  { videoKey, source }: ThumbnailOrder,
  signal: AbortSignal,
): Promise<void> {
  const isOwn = thumbnail.metadata !== undefined && isThumbnailOf(videoKey, thumbnail.metadata);
  if (isOwn) await thumbnail.clear(signal);
  const hadOutputs = (await outputs?.clear(signal)) ?? false;
  if (!isOwn && !hadOutputs) return;
  try {
    await source.read({ start: 0, end: 1 }, undefined, signal);
  } catch (error) {
    if (error instanceof VideoGoneError) return;
    throw error;
  }
  throw new ReplacedVideoError("the video was uploaded again while what was made of it was deleted");
}
