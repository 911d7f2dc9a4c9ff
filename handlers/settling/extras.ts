import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { extraKey, isExtraName, manifestName, parseExtraKey } from "../../contract/extras";
import { isStorableKey } from "../../contract/outputs";
import { listedKey } from "../../contract/uploads";
import type { ListedObject } from "../../contract/uploads";
import { getManifest } from "../bucketManifests";
import type { Buckets } from "../bucketVideos";
import { required } from "../environment";
import type { Environment } from "../environment";
import { isOfAnotherVersion, isOfEarlierVersion } from "./madeOf";
import { remove } from "./remove";
import type { Looked } from "./remove";

/** Whether the stack makes anything besides thumbnails. */
export function makesExtras(env: Environment): boolean {
  return env["MAKES_EXTRAS"] === "true";
}

/** What a worker may have put beside a video's thumbnail, the manifest first; what else stands there is left out. */
export async function findExtras(
  env: Environment,
  s3: S3Client,
  { outputs: bucket }: Buckets,
  videoKey: string,
): Promise<Looked[]> {
  const prefix = required(env, "EXTRAS_PREFIX");
  // S3 answers 400 to a key that it can not have, and no worker stores extras without a manifest.
  if (!isStorableKey(extraKey(videoKey, manifestName, prefix))) return [];
  const Prefix = extraKey(videoKey, "", prefix);
  const nameOf = ({ key }: Pick<Looked, "key">) => parseExtraKey(key, prefix)?.name ?? "";
  const found: Looked[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix,
        Delimiter: "/",
        EncodingType: "url",
        ...(ContinuationToken !== undefined && { ContinuationToken }),
      }),
    );
    for (const { Key, ETag } of (page.Contents ?? []) as ListedObject[]) {
      const key = listedKey(Key, page.EncodingType);
      if (isExtraName(nameOf({ key }))) found.push({ key, eTag: ETag });
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found.sort((a, b) => Number(nameOf(b) === manifestName) - Number(nameOf(a) === manifestName));
}

/** Whether a manifest that was just stored is of an earlier version than the video's present one. */
export async function isManifestOutdated(
  env: Environment,
  s3: S3Client,
  buckets: Buckets,
  video: ListedObject,
): Promise<boolean> {
  const { manifest } = (await getManifest(env, s3, buckets, video.Key)) ?? {};
  return manifest?.state === "ready" && isOfEarlierVersion(manifest.video, video);
}

/** Whether a video's manifest is missing, of another version, or names an extra that is not there. */
export async function areExtrasOutdated(
  env: Environment,
  s3: S3Client,
  buckets: Buckets,
  video: ListedObject,
  extras: readonly Looked[],
): Promise<boolean> {
  if (!makesExtras(env)) return false;
  const { manifest } = (await getManifest(env, s3, buckets, video.Key)) ?? {};
  if (manifest?.state !== "ready" || isOfAnotherVersion(manifest.video, video)) return true;
  const there = new Set(extras.map(({ key }) => key));
  return manifest.outputs.some(({ kind, key }) => kind !== "thumbnail" && !there.has(key));
}

/**
 * Deletes extras that were looked at, the manifest first, so that none ever names what is gone. False when there is another
 * manifest by then: a worker has a job of this video in hand, and sees to the rest.
 */
export async function removeExtras(
  env: Environment,
  s3: S3Client,
  buckets: Buckets,
  videoKey: string,
  extras: readonly Looked[],
): Promise<boolean> {
  const manifestKey = extraKey(videoKey, manifestName, required(env, "EXTRAS_PREFIX"));
  const hasManifest = extras.some(({ key }) => key === manifestKey);
  if (extras.length > 0 && !hasManifest && (await getManifest(env, s3, buckets, videoKey)) !== undefined)
    return false;
  for (const extra of extras) {
    const isRemoved = await remove(s3, buckets.outputs, extra, "extra");
    if (!isRemoved && extra.key === manifestKey) return false;
  }
  return true;
}
