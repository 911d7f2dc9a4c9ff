import type { Frame } from "../picture/frame";
import type { Placeholder } from "../placeholder/placeholder";
import { thumbnailMetadata, videoKeyMetadata } from "../../contract/outputs";

/** The version of a video that a thumbnail is of, as far as its metadata tell it. */
export interface VideoFacts {
  readonly eTag: string | undefined;
  readonly lastModified?: Date | undefined;
  readonly versionId?: string | undefined;
  readonly timestampTag?: string | undefined;
}

/**
 * What is told with a thumbnail. Who may read the thumbnail may read it, so of a private video's public thumbnail it has
 * nothing that the file's content goes into: an ETag is an MD5, to be looked up in lists of known files, and one hashed
 * with what else is known of the upload (its key, its second) could be tried out against such a list. When it was
 * uploaded, which the thumbnail's own age tells anyway, and S3's random version id say as well which version this is.
 */
export function metadataOf(
  frame: Omit<Frame, "image" | "renditions"> & Placeholder,
  /** Undefined for a video that is none of a stack's. */
  videoKey: string | undefined,
  video: VideoFacts,
  { isPublic, isAutomatic }: { readonly isPublic: boolean; readonly isAutomatic: boolean },
): Record<string, string> {
  return withoutUndefined({
    ...whatItIsOf(videoKey, video, isPublic),
    [thumbnailMetadata.timestampRequested]: isAutomatic ? "auto" : undefined,
    [thumbnailMetadata.timestampRequestedSeconds]: String(frame.timestampRequestedSeconds),
    [thumbnailMetadata.timestampSeconds]: String(frame.timestampSeconds),
    [thumbnailMetadata.width]: String(frame.width),
    [thumbnailMetadata.height]: String(frame.height),
    [thumbnailMetadata.thumbHash]: frame.thumbHash,
    [thumbnailMetadata.dominantColor]: frame.dominantColor,
    [thumbnailMetadata.decodeErrors]: frame.hasDecodeErrors ? "true" : undefined,
  });
}

/** Whether a thumbnail with these metadata was made of this very version of the video, for this tag. */
export function isMadeOf(
  metadata: Readonly<Record<string, string>>,
  videoKey: string,
  video: VideoFacts,
  isPublic: boolean,
): boolean {
  return Object.entries(versionFacts(videoKey, video, isPublic)).every(
    ([name, value]) => metadata[name] === value,
  );
}

/** As {@link isMadeOf}, for whatever tag. */
export function isMadeOfUpload(
  metadata: Readonly<Record<string, string>>,
  videoKey: string,
  video: VideoFacts,
  isPublic: boolean,
): boolean {
  const timestampTag = metadata[thumbnailMetadata.timestampTag];
  return isMadeOf(metadata, videoKey, { ...video, timestampTag }, isPublic);
}

/** Which version of a video something was made of: told with all that is made of it. */
export function whatItIsOf(
  videoKey: string | undefined,
  video: VideoFacts,
  isPublic: boolean,
): Record<string, string> {
  return withoutUndefined(versionFacts(videoKey, video, isPublic));
}

function versionFacts(
  videoKey: string | undefined,
  video: VideoFacts,
  isPublic: boolean,
): Record<string, string | undefined> {
  return {
    [thumbnailMetadata.videoKey]: videoKey === undefined ? undefined : videoKeyMetadata(videoKey),
    [thumbnailMetadata.videoLastModified]: lastModifiedOf(video),
    [thumbnailMetadata.videoVersionId]: video.versionId,
    [thumbnailMetadata.videoETag]: isPublic ? undefined : unquoted(video.eTag),
    [thumbnailMetadata.timestampTag]: video.timestampTag,
  };
}

/** ISO 8601, whole seconds. */
export function lastModifiedOf({ lastModified }: VideoFacts): string | undefined {
  return lastModified?.toISOString().replace(".000Z", "Z");
}

/** An ETag as people write it. */
export function unquoted(eTag: string | undefined): string | undefined {
  return eTag?.replaceAll('"', "");
}

function withoutUndefined(told: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
}
