import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { readVideoSuffixes } from "../contract/outputs";
import type { OutputNames, ThumbnailFormat } from "../contract/outputs";
import { listedKey } from "../contract/uploads";
import type { ListedObject } from "../contract/uploads";
import type { VideoKeys } from "../contract/videoKeys";
import { required } from "./environment";
import type { Environment } from "./environment";

/** What the stack's outputs are named with. */
export function outputNames(env: Environment): OutputNames {
  return {
    format: required(env, "THUMBNAIL_FORMAT") as ThumbnailFormat,
    prefix: required(env, "OUTPUT_PREFIX"),
    videoSuffixes: readVideoSuffixes(required(env, "VIDEO_SUFFIXES")),
  };
}

/** What the keys of all that is made of videos begin with. */
export function outputPrefixes(env: Environment): string[] {
  return [required(env, "OUTPUT_PREFIX"), required(env, "EXTRAS_PREFIX")];
}

/** What the keys of videos begin with; empty: anything. */
export function videoPrefixes(env: Environment): string[] {
  return (env["VIDEO_PREFIXES"] ?? "").split(",").filter((prefix) => prefix !== "");
}

/** Which keys are the stack's videos. */
export function videoKeys(env: Environment): VideoKeys {
  return {
    suffixes: outputNames(env).videoSuffixes,
    prefixes: videoPrefixes(env),
    outputPrefixes: outputPrefixes(env),
  };
}

/** Where a stack's videos are, and what is made of them: in one bucket, or in two. */
export interface Buckets {
  readonly videos: string;
  readonly outputs: string;
}

/** The stack's buckets; where the environment does not name them, the one that the event at hand is of. */
export function bucketsOf(env: Environment, eventBucket: string): Buckets {
  return { videos: env["VIDEO_BUCKET"] ?? eventBucket, outputs: env["OUTPUT_BUCKET"] ?? eventBucket };
}

/** Listed, which tells enough and needs no right to read a video; a key comes before all that begin with it. */
export async function findVideo(
  s3: S3Client,
  bucket: string,
  key: string,
): Promise<ListedObject | undefined> {
  const { Contents = [], EncodingType } = await s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1, EncodingType: "url" }),
  );
  const [first] = Contents as ListedObject[];
  return first !== undefined && listedKey(first.Key, EncodingType) === key
    ? { ...first, Key: key }
    : undefined;
}
