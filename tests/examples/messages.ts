import type { OutputsReady, ThumbnailCreated } from "../../contract/messages";
import { ready } from "../contract/manifests";

/** What the topic tells of a thumbnail of `dir/cat.mp4` that was stored then. */
export function thumbnailCreated(
  lastModified: string | null,
  eTag: string,
  videoKey: string | null = ready.video.key,
): ThumbnailCreated {
  return {
    type: "thumbnail-created",
    bucket: ready.bucket,
    key: "thumb/dir/cat.png",
    url: "https://videos.s3.eu-west-1.amazonaws.com/thumb/dir/cat.png",
    videoKey,
    lastModified,
    timestampSeconds: 1.96,
    width: 720,
    height: 1280,
    bytes: 12345,
    contentType: "image/png",
    eTag,
    thumbHash: "1QcSHQRnh493V4dIh4eXh1h4kJUI",
    dominantColor: "#335577",
  };
}

/** What it tells of its outputs, of a manifest that was made then. */
export function outputsReady(madeAt: string): OutputsReady {
  return { type: "outputs-ready", ...ready, madeAt };
}
