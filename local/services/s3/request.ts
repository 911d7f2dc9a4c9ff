import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { accessKeyIn } from "../door";
import { S3Error } from "./s3Error";

/** In UTF-8. */
export const maxKeyBytes = 1024;

/** A request to S3, and what it will be answered with. */
export interface S3Request {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly method: string;
  /** As it came, still encoded; without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Record<string, string | undefined>;
  /** That it is signed with; a form tells it in its fields. */
  accessKeyId: string;
  status: number;
  type: string | undefined;
  readonly answerHeaders: Record<string, string | number | undefined>;
  body: string | Readable | undefined;
  /** Of a body that is a stream, or that a HEAD only tells of. */
  bodyBytes: number | undefined;
}

/** Reads what a request says, with what a presigned URL carries in place of headers. */
export function readRequest(req: IncomingMessage, res: ServerResponse): S3Request {
  const [path, query] = splitOnce(req.url ?? "", "?");
  const parameters = new URLSearchParams(query);
  const hoisted = [...parameters].map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    req,
    res,
    method: req.method ?? "",
    path,
    query: parameters,
    headers: {
      ...Object.fromEntries(hoisted.filter(([name]) => name.startsWith("x-amz-"))),
      ...Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, String(value)])),
    },
    accessKeyId: accessKeyIn(req),
    status: 200,
    type: undefined,
    answerHeaders: {},
    body: undefined,
    bodyBytes: undefined,
  };
}

/** The bucket and the key that a path names, the key exactly as the client has it. Throws InvalidURI. */
export function namesIn(path: string): { bucketName: string; key: string } {
  const [bucketName, key] = splitOnce(path.replace(/^\//, ""), "/");
  try {
    return { bucketName: decodeURIComponent(bucketName), key: decodeURIComponent(key) };
  } catch {
    throw new S3Error("InvalidURI");
  }
}

/** Sends the answer; a body that breaks off breaks the connection, so that the client sees it at once. */
export async function send({ method, res, ...answer }: S3Request): Promise<void> {
  const { status, type, answerHeaders, body, bodyBytes } = answer;
  if (res.destroyed) return;
  res.statusCode = status;
  for (const [name, value] of Object.entries(answerHeaders)) {
    if (value !== undefined) res.setHeader(name, value);
  }
  if (type !== undefined) res.setHeader("content-type", type);
  if (body instanceof Readable) {
    if (bodyBytes !== undefined) res.setHeader("content-length", bodyBytes);
    // Either end may go away; both are closed then.
    await pipeline(body, res).catch(() => undefined);
  } else {
    const known = method === "HEAD" && body === undefined ? bodyBytes : undefined;
    if (status !== 204 && status !== 304)
      res.setHeader("content-length", known ?? Buffer.byteLength(body ?? ""));
    res.end(body);
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
