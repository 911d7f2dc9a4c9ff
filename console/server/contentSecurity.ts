import { GetObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { MiddlewareHandler } from "hono";
import { NONCE, secureHeaders } from "hono/secure-headers";
import type { Stack } from "../../ops/stack";
import type { Context } from "./context";

/**
 * What the page may load, and from where: its own files, and from the stack's buckets videos and pictures; parts of videos are sent
 * there. No script or style but those with the answer's nonce.
 */
export function contentSecurity({ stack }: Context): MiddlewareHandler {
  let made: Promise<MiddlewareHandler> | undefined;
  return async (call, next) => {
    made ??= make(stack);
    return (await made)(call, next);
  };
}

async function make(stack: Stack): Promise<MiddlewareHandler> {
  const { bucketName, outputBucketName } = stack.outputs;
  const [videos, outputs] = await Promise.all([
    originOf(stack, bucketName),
    originOf(stack, outputBucketName),
  ]);
  const buckets = [...new Set([videos, outputs])];
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: [NONCE],
      styleSrc: [NONCE],
      imgSrc: ["'self'", "data:", "blob:", ...buckets],
      mediaSrc: ["'self'", ...buckets],
      connectSrc: ["'self'", videos],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: "no-referrer",
    // It is plain HTTP, on loopback.
    strictTransportSecurity: false,
  });
}

/** Where a bucket's objects are fetched from. */
async function originOf({ s3 }: Stack, bucket: string): Promise<string> {
  return new URL(await getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: "a" }))).origin;
}
