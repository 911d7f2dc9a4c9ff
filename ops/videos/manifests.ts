import { GetObjectCommand, S3ServiceException, type S3Client } from "@aws-sdk/client-s3";
import { extraKey, manifestName } from "../../contract/extras";
import type { Job } from "../../contract/job";
import { maxManifestBytes, type Manifest, type ManifestInMaking } from "../../contract/manifest";
import { readManifest } from "../../contract/readManifest";
import type { Stack } from "../stack";

/** So many manifests are asked for at once: of a million videos it takes some half an hour at S3's usual 30 ms. */
const atOnce = 16;

/** Of these videos those whose manifest is ready, of this very upload, and made for the settings of now. */
export async function videosOfSettings(stack: Stack, videos: readonly Job[]): Promise<Set<Job>> {
  const found = new Set<Job>();
  for (let first = 0; first < videos.length; first += atOnce) {
    await Promise.all(
      videos.slice(first, first + atOnce).map(async (job) => {
        const manifest = await getManifest(stack, job.key);
        if (isOfSettings(manifest, job, stack.outputs.extrasAskedFor)) found.add(job);
      }),
    );
  }
  return found;
}

function isOfSettings(
  manifest: Manifest | ManifestInMaking | undefined,
  { uploadedAt }: Job,
  askedFor: string,
): boolean {
  if (manifest?.state !== "ready" || manifest.askedFor !== askedFor) return false;
  const madeOf = manifest.video.lastModified;
  return madeOf === undefined || wholeSeconds(madeOf) === wholeSeconds(uploadedAt);
}

/** S3 tells the same time with and without a fraction. */
function wholeSeconds(iso: string): number {
  return Math.floor(Date.parse(iso) / 1000);
}

/** The manifest of a video's outputs; undefined when there is none, or what is there is none. */
export async function getManifest(
  { s3, outputs }: Stack,
  videoKey: string,
): Promise<Manifest | ManifestInMaking | undefined> {
  const { outputBucketName: bucket, bucketName: videoBucket, extrasKeyPrefix: extrasPrefix } = outputs;
  const { thumbnailFormat: format, thumbnailKeyPrefix: prefix, videoSuffixes } = outputs;
  const text = await getText(s3, bucket, extraKey(videoKey, manifestName, extrasPrefix));
  if (text === undefined) return undefined;
  try {
    const names = { format, prefix, videoSuffixes };
    return readManifest(text, { bucket, videoBucket, videoKey, names, extrasPrefix });
  } catch {
    return undefined;
  }
}

/**
 * Of an object that can not be read: there is none, an empty one has no range, it is archived, or it is encrypted with a key
 * of the uploader's. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 */
export const unreadable: readonly string[] = [
  "NoSuchKey",
  "InvalidRange",
  "InvalidObjectState",
  "InvalidRequest",
];

/** The beginning of an object, which is all of it unless it is larger than a manifest; undefined when it can not be read. */
async function getText(s3: S3Client, bucket: string, key: string): Promise<string | undefined> {
  const range = { Range: `bytes=0-${maxManifestBytes - 1}` };
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...range }));
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof S3ServiceException && unreadable.includes(error.name)) return undefined;
    throw error;
  }
}
