import { HeadObjectCommand, NotFound } from "@aws-sdk/client-s3";
import type { HeadObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand } from "@aws-sdk/client-sns";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { S3Event } from "aws-lambda";
import type { ThumbnailCreated } from "../contract/messages";
import { thumbnailMetadata, videoKeyLeftOut, videoKeyOf } from "../contract/outputs";
import { objectKey } from "../contract/uploads";
import { s3Client, snsClient } from "./awsClients";
import { findVideo, outputNames } from "./bucketVideos";
import { required } from "./environment";
import type { Environment } from "./environment";
import { forEachRecord } from "./s3Events";

export interface ThumbnailClients {
  s3: S3Client;
  sns: SNSClient;
}

/** Makes the handler of S3's ObjectCreated events for thumbnails: a line in the log, a message to the topic. */
export function onThumbnailCreated(
  env: Environment,
  clients: ThumbnailClients = { s3: s3Client(), sns: snsClient() },
): (event: S3Event) => Promise<void> {
  return async (event) => {
    console.log({ event: "thumbnail-created", s3Event: event });
    await forEachRecord(event, async (record) => {
      const bucket = record.s3.bucket.name;
      const key = objectKey(record);
      const url = objectUrl(required(env, "BUCKET_REGIONAL_DOMAIN_NAME"), key);
      const thumbnail = await look(clients.s3, bucket, key);
      if (thumbnail === undefined) {
        console.log({ event: "thumbnail-gone", key });
        return;
      }
      console.log(`A new thumbnail file was generated at '${url}'.`);
      const videoKey =
        videoKeyOf(thumbnail.Metadata) ?? (await keyOfUnnamedVideo(env, clients.s3, bucket, key));
      const type = "thumbnail-created";
      const message: ThumbnailCreated = { type, bucket, key, url, videoKey, ...toldBy(thumbnail) };
      await clients.sns.send(
        new PublishCommand({
          TopicArn: required(env, "THUMBNAIL_TOPIC_ARN"),
          Message: JSON.stringify(message),
        }),
      );
    });
  };
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

/** The key of a thumbnail's video that was too long for its metadata; null when the bucket has no such video. */
async function keyOfUnnamedVideo(
  env: Environment,
  s3: S3Client,
  bucket: string,
  key: string,
): Promise<string | null> {
  const videoKey = videoKeyLeftOut(key, outputNames(env));
  const video = videoKey === undefined ? undefined : await findVideo(s3, bucket, videoKey);
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

function toldBy({ Metadata: metadata = {}, ContentLength, ContentType, ETag }: HeadObjectCommandOutput) {
  const number = (name: string) => (metadata[name] === undefined ? null : Number(metadata[name]));
  return {
    timestampSeconds: number(thumbnailMetadata.timestampSeconds),
    width: number(thumbnailMetadata.width),
    height: number(thumbnailMetadata.height),
    bytes: ContentLength ?? null,
    contentType: ContentType ?? null,
    eTag: ETag?.replaceAll('"', "") ?? null,
    thumbHash: metadata[thumbnailMetadata.thumbHash] ?? null,
    dominantColor: metadata[thumbnailMetadata.dominantColor] ?? null,
  };
}
