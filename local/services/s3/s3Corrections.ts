import { rename } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import type S3rver from "@20minutes/s3rver";
import { AwsChunkedDecoder } from "./awsChunkedDecoder";

/**
 * What s3rver 4.0.4 does otherwise than S3 and the product relies on, put right in front of it:
 * - any credentials and any signature are accepted (s3rver knows one key, and signs some keys otherwise);
 * - a body in chunks with a trailing checksum, which is how the SDK sends a stream, is accepted;
 * - the ranges `bytes=0-0` and `bytes=-N` give what they name (s3rver: everything, and the first N bytes);
 * - If-Match, also of a PUT or DELETE, and If-None-Match: * of a PUT are obeyed;
 * - keys in listings are escaped once, not twice;
 * - an object appears only when it is there whole.
 */
export function correctS3(server: S3rver): void {
  const store = server.store;
  const putContent = store.putContent.bind(store);
  store.putContent = async (path, content) => {
    const unfinished = `${path}.${Math.random().toString(36).slice(2)}.unfinished`;
    const result = await putContent(unfinished, content);
    await rename(unfinished, path);
    return result;
  };

  server.middleware.unshift(async (context, next) => {
    delete context.headers["authorization"];
    decodeChunkedBody(context);
    const stored = await storedObject(store, context);
    const refusal = refusalOf(context, stored?.etag);
    if (refusal !== undefined) {
      refuse(context, refusal);
      return;
    }
    const firstByteOnly = correctRange(context, stored?.["content-length"] ?? 0);
    await next();
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
function refusalOf(context: S3rver.Context, etag: string | undefined): 404 | 412 | undefined {
  const match = context.headers["if-match"];
  const writes = context.method === "PUT" || context.method === "DELETE";
  if (etag === undefined) return match !== undefined && writes ? 404 : undefined;
  if (match !== undefined && match !== "*" && unquoted(match) !== unquoted(etag)) return 412;
  return context.method === "PUT" && context.headers["if-none-match"] === "*" ? 412 : undefined;
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', "");
}

function refuse(context: S3rver.Context, status: 404 | 412): void {
  const code = status === 404 ? "NoSuchKey" : "PreconditionFailed";
  context.status = status;
  context.type = "application/xml";
  context.body = `<Error><Code>${code}</Code><Message>The object is not the one that was to be there</Message></Error>`;
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
