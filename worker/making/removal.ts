import { isThumbnailOf } from "../../contract/outputs";
import { ReplacedVideoError, VideoGoneError } from "../errors";
import type { ObjectPlace } from "../storing/objectPlace";
import type { OutputsPlace } from "../storing/outputsPlace";
import type { VideoVersion } from "../source/rangedSource";
import { isMadeOfUpload } from "../storing/thumbnailMetadata";
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
  // The manifest goes before all that it names.
  const hadOutputs = (await outputs?.clear(signal)) ?? false;
  if (isOwn) await thumbnail.clear(signal);
  if (!isOwn && !hadOutputs) return;
  try {
    await source.read({ start: 0, end: 1 }, undefined, signal);
  } catch (error) {
    if (error instanceof VideoGoneError) return;
    throw error;
  }
  throw new ReplacedVideoError("the video was uploaded again while what was made of it was deleted");
}

/**
 * Of a video that can never give its outputs, the manifest of an upload before it goes: there is to be none of an older
 * version. Thumbnail and extras of that one stay.
 */
export async function withdrawOutdated(
  { outputs }: PlacesOfVideo,
  { videoKey }: ThumbnailOrder,
  version: VideoVersion,
  isPublic: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { metadata } = outputs ?? {};
  if (outputs === undefined || metadata === undefined || !isThumbnailOf(videoKey, metadata)) return;
  if (!isMadeOfUpload(metadata, videoKey, version, isPublic)) await outputs.withdraw(signal);
}
