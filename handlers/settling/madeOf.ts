import type { ListedObject } from "../../contract/uploads";

/** What an output tells of the version of the video that it was made of. */
export interface MadeOf {
  /** ISO 8601, whole seconds. */
  readonly lastModified?: string | undefined;
  /** Without quotes. */
  readonly eTag?: string | undefined;
}

/** Whether the video is a newer one than that of which an output was made; false for an output that does not tell when. */
export function isOfEarlierVersion({ lastModified }: MadeOf, video: ListedObject): boolean {
  return lastModified !== undefined && laterMs(video, lastModified) > 0;
}

/** Whether the video may be another one than that of which an output was made; true for an output that tells nothing. */
export function isOfAnotherVersion({ lastModified, eTag }: MadeOf, video: ListedObject): boolean {
  return lastModified === undefined
    ? eTag !== (video.ETag ?? "").replaceAll('"', "")
    : laterMs(video, lastModified) !== 0;
}

/** To the second, which is all that a GET tells. */
function laterMs({ LastModified }: ListedObject, told: string): number {
  return Math.floor(LastModified.getTime() / 1000) * 1000 - Date.parse(told);
}
