import { extrasAskedFor } from "../../contract/extras";
import type {
  JudgedFrame,
  Manifest,
  ManifestFrame,
  ManifestOutput,
  ManifestVideo,
} from "../../contract/manifest";
import type { Judged } from "../bestFrame/rank";
import type { OutputFile } from "../outputFile";
import type { ObjectPlace } from "../storing/objectPlace";
import type { PlacedObject } from "../storing/outputsPlace";
import { lastModifiedOf, unquoted } from "../storing/thumbnailMetadata";
import type { CachedVideo } from "../source/cachedVideo";
import type { Picture } from "../takePicture";
import { rotationDegrees } from "../video/orientation";
import type { ExtrasOrder, ThumbnailOrder } from "./order";

/** What stands in S3 by now. */
export interface StoredOutputs {
  readonly thumbnail: ObjectPlace;
  readonly thumbnailContentType: string;
  readonly picture: Picture;
  readonly files: readonly OutputFile[];
  /** Of each file, in their order. */
  readonly placed: readonly PlacedObject[];
}

/** The manifest of all that was made of a video. Where anyone may read it, it does not tell the video's ETag. */
export function manifestOf(
  order: ThumbnailOrder,
  { settings, now }: ExtrasOrder,
  video: CachedVideo,
  { thumbnail, thumbnailContentType, picture, files, placed }: StoredOutputs,
  isPublic: boolean,
): Manifest {
  const ofThumbnail: ManifestOutput = {
    kind: "thumbnail",
    key: order.outputKey,
    contentType: thumbnailContentType,
    bytes: picture.image.length,
    eTag: unquoted(thumbnail.eTag),
    width: picture.width,
    height: picture.height,
  };
  return {
    version: 1,
    state: "ready",
    bucket: order.outputBucket,
    video: videoOf(order, video, picture, isPublic),
    frame: frameOf(picture),
    outputs: [
      ofThumbnail,
      ...files.map(({ kind, contentType, content, width, height }, index) => ({
        kind,
        key: placed[index]?.key ?? "",
        contentType,
        bytes: content.length,
        eTag: unquoted(placed[index]?.eTag),
        width,
        height,
      })),
    ],
    askedFor: extrasAskedFor(settings),
    madeAt: now().toISOString(),
  };
}

function videoOf(
  { videoKey: key, videoBucket: bucket }: ThumbnailOrder,
  { version, totalBytes }: CachedVideo,
  { probed: { track } }: Picture,
  isPublic: boolean,
): ManifestVideo {
  return {
    key,
    bucket,
    eTag: isPublic ? undefined : unquoted(version.eTag),
    lastModified: lastModifiedOf(version),
    versionId: version.versionId,
    bytes: totalBytes,
    durationSeconds: track.durationSeconds === undefined ? null : toMicroseconds(track.durationSeconds),
    width: track.width,
    height: track.height,
    codec: track.codec,
    rotationDegrees: rotationDegrees(track.orientation),
  };
}

function frameOf(picture: Picture): ManifestFrame {
  const { chosen, probed } = picture;
  const judged = ({ timeSeconds, score, verdicts }: Judged): JudgedFrame => ({
    timestampSeconds: toMicroseconds(timeSeconds - probed.track.zeroSeconds),
    score,
    verdicts,
  });
  return {
    timestampRequestedSeconds: picture.timestampRequestedSeconds,
    timestampSeconds: picture.timestampSeconds,
    thumbHash: picture.thumbHash,
    dominantColor: picture.dominantColor,
    decodeErrors: picture.hasDecodeErrors ? true : undefined,
    choice: chosen && {
      score: chosen.score,
      verdicts: chosen.verdicts,
      runnersUp: chosen.runnersUp.map(judged),
    },
  };
}

function toMicroseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
