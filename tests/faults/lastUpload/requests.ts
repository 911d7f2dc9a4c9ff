import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import path from "node:path";
import * as lambdasSdk from "@aws-sdk/client-s3";

/** The one video of the model, its thumbnail, and where its extras are. */
export const videoKey = "cat.mp4";
export const thumbnailKey = "thumb/cat.png";
export const extrasFolder = "extras/cat.mp4/";

/** Where the video is, and its outputs unless they have a bucket of their own. */
export const videoBucket = "videos";

/** The picture at `seconds` of the video with this content: contents in brackets show the same. */
export function pictureOf(content: string, seconds: number): string {
  return `${content.replace(/\(.*\)/, "")} at ${seconds} s`;
}

/** An object in the model's bucket. */
export interface Stored {
  readonly content: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags?: Tags;
}
export type Tags = Readonly<Record<string, string>>;

/** What a worker or a Lambda asks of S3 or SQS. */
export type Request =
  | { readonly op: "head" | "list" | "tags"; readonly key: string; readonly ifMatch?: undefined }
  | {
      readonly op: "get";
      readonly key: string;
      readonly range: string;
      readonly ifMatch?: string | undefined;
    }
  | {
      readonly op: "put";
      readonly key: string;
      readonly object: Stored;
      readonly ifMatch?: string | undefined;
      readonly ifNoneMatch?: string | undefined;
    }
  | { readonly op: "delete"; readonly key: string; readonly ifMatch?: string | undefined }
  | { readonly op: "send" };

export type Answer =
  | { readonly found: Stored }
  | { readonly tags: Tags }
  /** Contents by keys. */
  | { readonly listed: Readonly<Record<string, string>> }
  | "done"
  | "not found"
  | "precondition failed";

const contentsByETag = new Map<string, string>();

export function eTagOf(content: string): string {
  const eTag = `"${createHash("md5").update(content).digest("hex")}"`;
  contentsByETag.set(eTag, content);
  return eTag;
}

/** The content that has this ETag, which the model has met. */
export function contentOfETag(eTag: string): string {
  return contentsByETag.get(eTag) ?? "";
}

/** All uploads of the model come within one second, which is as much as S3 tells of a time. */
export const lastModified = new Date("2026-01-01T00:00:00Z");

/** A command of the SDK's: of the worker's or of the Lambdas', which each have their own. */
export interface Command {
  readonly input: lambdasSdk.PutObjectCommandInput &
    lambdasSdk.GetObjectCommandInput &
    lambdasSdk.ListObjectsV2CommandInput;
}

/** The request in a command, of a stack whose outputs are in `outputBucket`. */
export function requestOf({ constructor: { name }, input }: Command, outputBucket = videoBucket): Request {
  const { IfMatch: ifMatch, IfNoneMatch: ifNoneMatch } = input;
  const key = keyIn(outputBucket, input);
  switch (name) {
    case "GetObjectCommand":
      return { op: "get", key, range: input.Range ?? "", ifMatch };
    case "GetObjectTaggingCommand":
      return { op: "tags", key };
    case "HeadObjectCommand":
      return { op: "head", key };
    case "ListObjectsV2Command":
      return { op: "list", key };
    case "PutObjectCommand": {
      const object = { content: (input.Body as Buffer).toString(), metadata: input.Metadata ?? {} };
      return { op: "put", key, object, ifMatch, ifNoneMatch };
    }
    case "DeleteObjectCommand":
      return { op: "delete", key, ifMatch };
    case "SendMessageCommand":
      return { op: "send" };
    default:
      throw new Error(`The model knows no ${name}.`);
  }
}

/** An object by its key; by its bucket, too, where that is not the one for this key: nobody else looks there. */
function keyIn(outputBucket: string, { Bucket = "", Key, Prefix = "" }: Command["input"]): string {
  const key = Key ?? Prefix;
  return Bucket === (key === videoKey ? videoBucket : outputBucket) ? key : `${Bucket}:${key}`;
}

type Sdk = Pick<typeof lambdasSdk, "NotFound" | "S3ServiceException">;
const workersSdk = createRequire(path.resolve("worker/main.ts"))("@aws-sdk/client-s3") as Sdk;

/** What the SDK's client gives a worker or a Lambda for an answer, or throws. */
export function sdkAnswer(isWorker: boolean, request: Request, answer: Answer): object {
  const sdk = isWorker ? workersSdk : lambdasSdk;
  if (answer === "not found") {
    if (request.op === "list") return { Contents: [] };
    throw request.op === "head"
      ? new sdk.NotFound({ message: "", $metadata: { httpStatusCode: 404 } })
      : refusal(sdk, 404);
  }
  if (answer === "precondition failed") throw refusal(sdk, 412);
  if (answer === "done") return request.op === "put" ? { ETag: eTagOf(request.object.content) } : {};
  if ("tags" in answer)
    return { TagSet: Object.entries(answer.tags).map(([Key, Value]) => ({ Key, Value })) };
  if ("listed" in answer)
    return {
      Contents: Object.entries(answer.listed).map(([Key, content]) => ({ Key, ETag: eTagOf(content) })),
    };
  const { content, metadata, tags = {} } = answer.found;
  const facts = { ETag: eTagOf(content), LastModified: lastModified };
  if (request.op === "list") return { Contents: [{ ...facts, Key: request.key, Size: content.length }] };
  if (request.op !== "get") return { ...facts, Metadata: metadata };
  const [start, end] = request.range.replace("bytes=", "").split("-").map(Number);
  const bytes = Buffer.from(content).subarray(start, end! + 1);
  const Body = {
    transformToByteArray: () => Promise.resolve(bytes),
    transformToString: () => Promise.resolve(bytes.toString()),
  };
  const TagCount = Object.keys(tags).length || undefined;
  const ContentRange = `bytes ${start}-${end}/${content.length}`;
  return { ...facts, Metadata: metadata, TagCount, Body, ContentRange };
}

function refusal({ S3ServiceException }: Sdk, status: 404 | 412): lambdasSdk.S3ServiceException {
  const name = status === 404 ? "NoSuchKey" : "PreconditionFailed";
  return new S3ServiceException({ name, $fault: "client", $metadata: { httpStatusCode: status } });
}
