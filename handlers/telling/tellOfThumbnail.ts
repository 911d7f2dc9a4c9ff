import { HeadObjectCommand, NotFound } from "@aws-sdk/client-s3";
import type { HeadObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import type { SNSClient } from "@aws-sdk/client-sns";
import { thumbnailMetadata, videoKeyLeftOut, videoKeyOf } from "../../contract/outputs";
import { bucketsOf, findVideo, outputNames } from "../bucketVideos";
import { required } from "../environment";
import type { Environment } from "../environment";
import { publish } from "./publish";

/** Tells of a thumbnail, with all that is known of it; of one that is gone meanwhile only the log says a word. */
export async function tellOfThumbnail(
  env: Environment,
  { s3, sns }: { s3: S3Client; sns: SNSClient },
  eventBucket: string,
  key: string,
): Promise<void> {
  const url = objectUrl(required(env, "BUCKET_REGIONAL_DOMAIN_NAME"), key);
  const { videos, outputs: bucket } = bucketsOf(env, eventBucket);
  const thumbnail = await look(s3, bucket, key);
  if (thumbnail === undefined) {
    console.log({ event: "thumbnail-gone", key });
    return;
  }
  console.log(`A new thumbnail file was generated at '${url}'.`);
  const videoKey = videoKeyOf(thumbnail.Metadata) ?? (await keyOfUnnamedVideo(env, s3, videos, key));
  const videoBucket = videoKey === null || videos === bucket ? undefined : videos;
  const address = { bucket, key, url, videoKey, videoBucket };
  await publish(env, sns, { type: "thumbnail-created", ...address, ...toldBy(thumbnail) });
}

/** An object without its content, or undefined when it has been deleted meanwhile. */
async function look(s3: S3Client, bucket: string, key: string): Promise<HeadObjectCommandOutput | undefined> {
  try {
    return await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

/** The key of a thumbnail's video that was too long for its metadata; null when the videos' bucket has no such video. */
async function keyOfUnnamedVideo(
  env: Environment,
  s3: S3Client,
  videos: string,
  key: string,
): Promise<string | null> {
  const videoKey = videoKeyLeftOut(key, outputNames(env));
  const video = videoKey === undefined ? undefined : await findVideo(s3, videos, videoKey);
  return video?.Key ?? null;
}

/** The address of an object, each part of its key percent-encoded (RFC 3986). */
function objectUrl(domainName: string, key: string): string {
  const path = key
    .split("/")
    .map((part) =>
      encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    );
  return `https://${domainName}/${path.join("/")}`;
}

function toldBy({ Metadata: metadata = {}, ...thumbnail }: HeadObjectCommandOutput) {
  const { ContentLength, ContentType, ETag, LastModified } = thumbnail;
  const number = (name: string) => (metadata[name] === undefined ? null : Number(metadata[name]));
  const pixels = (name: string) => {
    const value = number(name);
    // Somebody else may have written the metadata.
    return Number.isSafeInteger(value) ? value : null;
  };
  return {
    lastModified: LastModified?.toISOString() ?? null,
    timestampSeconds: number(thumbnailMetadata.timestampSeconds),
    width: pixels(thumbnailMetadata.width),
    height: pixels(thumbnailMetadata.height),
    bytes: ContentLength ?? null,
    contentType: ContentType ?? null,
    eTag: ETag?.replaceAll('"', "") ?? null,
    thumbHash: metadata[thumbnailMetadata.thumbHash] ?? null,
    dominantColor: metadata[thumbnailMetadata.dominantColor] ?? null,
  };
}
