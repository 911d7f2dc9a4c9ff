import { GetObjectCommand, NoSuchKey, S3ServiceException } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Readable } from "node:stream";
import { extraKey, manifestName, parseExtraKey } from "../contract/extras";
import { maxManifestBytes } from "../contract/manifest";
import type { Manifest, ManifestInMaking } from "../contract/manifest";
import { isStorableKey } from "../contract/outputs";
import { readManifest } from "../contract/readManifest";
import { outputNames } from "./bucketVideos";
import type { Buckets } from "./bucketVideos";
import { required } from "./environment";
import type { Environment } from "./environment";

/** What stands at a manifest's key: a manifest, or why it is none. */
export type FoundManifest =
  | { readonly manifest: Manifest | ManifestInMaking; readonly problem?: undefined }
  | { readonly manifest?: undefined; readonly problem: string };

/** Whether an object is one of those made besides thumbnails. */
export function isExtra(env: Environment, key: string): boolean {
  const prefix = env["EXTRAS_PREFIX"];
  return prefix !== undefined && prefix !== "" && key.startsWith(prefix);
}

/** The key of the video whose manifest has this key; undefined for other keys. */
export function videoKeyOfManifest(env: Environment, key: string): string | undefined {
  if (!isExtra(env, key)) return undefined;
  const extra = parseExtraKey(key, required(env, "EXTRAS_PREFIX"));
  return extra?.name === manifestName ? extra.videoKey : undefined;
}

/** A video's manifest; undefined when there is none. No more of it is read than a manifest may have. */
export async function getManifest(
  env: Environment,
  s3: S3Client,
  { videos: videoBucket, outputs: bucket }: Buckets,
  videoKey: string,
): Promise<FoundManifest | undefined> {
  const extrasPrefix = required(env, "EXTRAS_PREFIX");
  const Key = extraKey(videoKey, manifestName, extrasPrefix);
  if (!isStorableKey(Key)) return undefined;
  try {
    const { Body, ContentLength = Infinity } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    if (Body === undefined || ContentLength > maxManifestBytes) {
      (Body as Readable | undefined)?.destroy();
      return { problem: `it has ${ContentLength} bytes; a manifest has at most ${maxManifestBytes}` };
    }
    const text = await Body.transformToString();
    const place = { bucket, videoBucket, videoKey, names: outputNames(env), extrasPrefix };
    return readable(() => readManifest(text, place));
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    // Archived, or encrypted with a key of the uploader's (SSE-C): no worker has stored it so, and no further try reads it.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
    if (error instanceof S3ServiceException && ["InvalidObjectState", "InvalidRequest"].includes(error.name))
      return { problem: `S3 does not give it (${error.name})` };
    throw error;
  }
}

function readable(read: () => Manifest | ManifestInMaking): FoundManifest {
  try {
    return { manifest: read() };
  } catch (error) {
    return { problem: String(error).slice(0, 300) };
  }
}
