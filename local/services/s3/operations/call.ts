import type { Readable } from "node:stream";
import type { Bucket } from "../bucket";
import type { RequireAccess } from "../access";
import type { S3Request } from "../request";
import type { Elements } from "../xml";

/** A call of S3's API. */
export interface Call {
  request: S3Request;
  bucket: Bucket;
  /** Empty in a call that is about the bucket itself. */
  key: string;
  /** Throws AccessDenied unless the caller may do what needs all this. */
  requireAccess: RequireAccess;
  /** Another bucket, by its name; throws NoSuchBucket. */
  otherBucket: (name: string) => Bucket;
  /** What is signed with, of an access key that is let in; undefined of any other. */
  secretOf: (accessKeyId: string) => string | undefined;
}

/** What a call is answered with when it succeeds. */
export interface Answer {
  /** 200, if not given. */
  status?: number;
  headers?: Record<string, string | number | undefined>;
  /** A document, or else the body. */
  xml?: Elements;
  body?: Readable | string;
  bodyBytes?: number;
}

export type Operation = (call: Call) => Answer | Promise<Answer>;
