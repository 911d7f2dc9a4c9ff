import { extrasAskedFor } from "../../contract/extras";
import type { Manifest } from "../../contract/manifest";
import { isThumbnailOf } from "../../contract/outputs";
import type { VideoVersion } from "../source/rangedSource";
import { isMadeOf } from "../storing/thumbnailMetadata";
import type { ThumbnailOrder, Workshop } from "./order";
import type { PlacesOfVideo } from "./removal";

/** Whether a change of tags leaves all that stands there: it is what the tags ask for already, or the picture is somebody else's and no tag chooses another. */
export async function isKept(
  { thumbnail, outputs }: PlacesOfVideo,
  version: VideoVersion,
  { videoKey, extras }: ThumbnailOrder,
  { thumbnail: { isPublic = false } }: Workshop,
  signal: AbortSignal,
): Promise<boolean> {
  const { metadata } = thumbnail;
  if (metadata === undefined) return false;
  if (!isThumbnailOf(videoKey, metadata) && version.timestampTag === undefined) return true;
  if (!isMadeOf(metadata, videoKey, version, isPublic)) return false;
  if (outputs === undefined || extras === undefined) return true;
  if (outputs.metadata === undefined || !isMadeOf(outputs.metadata, videoKey, version, isPublic))
    return false;
  const manifest = (await outputs.readManifest(signal)) as Partial<Manifest> | null | undefined;
  return manifest?.state === "ready" && manifest.askedFor === extrasAskedFor(extras.settings);
}
