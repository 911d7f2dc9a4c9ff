import { rename } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import type S3rver from "@20minutes/s3rver";
import { fileOfKey, KeyWithoutFileError } from "../../fileOfKey";
import { AwsChunkedDecoder } from "./awsChunkedDecoder";

/**
 * What s3rver 4.0.4 does otherwise than S3 and the product relies on, put right in front of it:
 * - any credentials and any signature are accepted (s3rver knows one key, and signs some keys otherwise);
 * - a body in chunks with a trailing checksum, which is how the SDK sends a stream, is accepted;
 * - the ranges `bytes=0-0` and `bytes=-N` give what they name (s3rver: everything, and the first N bytes);
 * - If-Match, and If-None-Match: * of a PUT, are obeyed;
 * - keys in listings are escaped once, not twice;
 * - an object appears only when it is there whole;
 * - a key that names no file in `directory`, where s3rver keeps objects at their keys, is refused.
 */
export function correctS3(server: S3rver, directory: string): void {
  const store = server.store;
  const putContent = store.putContent.bind(store);
  store.putContent = async (path, content) => {
    const unfinished = `${path}.${Math.random().toString(36).slice(2)}.unfinished`;
    const result = await putContent(unfinished, content);
    await rename(unfinished, path);
    return result;
  };

  const bucketPath = store.getBucketPath.bind(store);
  store.getBucketPath = (bucket) => {
    fileOfKey(directory, bucket);
    return bucketPath(bucket);
  };
  const resourcePath = store.getResourcePath.bind(store);
  store.getResourcePath = (bucket, key = "", resource) => {
    // A key may end with a slash, as consoles name folders; of a bucket itself there is none.
    fileOfKey(directory, [bucket, ...(key === "" ? [] : [key.replace(/\/$/, "")])].join("/"));
    return resourcePath(bucket, key, resource);
  };

  server.middleware.unshift(async (context, next) => {
    delete context.headers["authorization"];
    decodeChunkedBody(context);
    const stored = await storedObject(store, context);
    if (isPreconditionFailed(context, stored?.etag)) {
      refuse(
        context,
        412,
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold",
      );
      return;
    }
    const firstByteOnly = correctRange(context, stored?.["content-length"] ?? 0);
    try {
      await next();
    } catch (error) {
      if (!(error instanceof KeyWithoutFileError)) throw error;
      refuse(context, 400, "InvalidArgument", `The local S3 keeps objects as files, and ${error.message}.`);
      return;
    }
    if (firstByteOnly && context.status === 206) await answerFirstByte(context);
    if (typeof context.body === "string") context.body = context.body.replace(/&amp;(#?\w+;)/g, "&$1");
  });
}

function decodeChunkedBody(context: S3rver.Context): void {
  if (context.headers["x-amz-content-sha256"] !== "STREAMING-UNSIGNED-PAYLOAD-TRAILER") return;
  context.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD";
  const encoding = context.headers["content-encoding"]?.replace(/aws-chunked,? ?/, "");
  if (encoding) context.headers["content-encoding"] = encoding;
  else delete context.headers["content-encoding"];
  const decoder = new AwsChunkedDecoder(Number(context.headers["x-amz-decoded-content-length"]));
  context.req = pipeline(context.req, decoder, () => undefined);
}

/** The stored object that a request is about, if it is about one. */
async function storedObject(store: S3rver.Store, context: S3rver.Context) {
  const { range } = context.headers;
  if (range === undefined && !context.headers["if-match"] && !context.headers["if-none-match"])
    return undefined;
  const [bucket = "", ...key] = context.path.slice(1).split("/").map(decodeURIComponent);
  return store.getMetadata(bucket, key.join("/")).catch(() => undefined);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html */
function isPreconditionFailed(context: S3rver.Context, etag: string | undefined): boolean {
  if (etag === undefined) return false;
  const match = context.headers["if-match"];
  if (match !== undefined && match !== "*" && unquoted(match) !== unquoted(etag)) return true;
  return context.method === "PUT" && context.headers["if-none-match"] === "*";
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', "");
}

function refuse(context: S3rver.Context, status: number, code: string, message: string): void {
  const text = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  context.status = status;
  context.type = "application/xml";
  context.body = `<Error><Code>${code}</Code><Message>${text}</Message></Error>`;
}

/** Rewrites a range that s3rver misreads; true when the answer must be cut down to its first byte. */
function correctRange(context: S3rver.Context, sizeBytes: number): boolean {
  const lastBytes = /^bytes=-(\d+)$/.exec(context.headers["range"] ?? "")?.[1];
  if (lastBytes !== undefined) {
    context.headers["range"] = `bytes=${Math.max(0, sizeBytes - Number(lastBytes))}-`;
  }
  return context.headers["range"] === "bytes=0-0";
}

async function answerFirstByte(context: S3rver.Context): Promise<void> {
  const total = context.response.get("Content-Range").split("/")[1] ?? "*";
  if (context.body instanceof Readable) {
    const [first] = (await context.body.take(1).toArray()) as [Buffer];
    context.body = first.subarray(0, 1);
  }
  context.length = 1;
  context.set("Content-Range", `bytes 0-0/${total}`);
}
