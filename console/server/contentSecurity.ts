import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { MiddlewareHandler } from "hono";
import { NONCE, secureHeaders } from "hono/secure-headers";
import type { Stack } from "../../ops/stack";
import type { Context } from "./context";

/**
 * What the page may load, and from where: its own files, and from the stack's buckets videos and pictures; parts of videos are sent
 * there. No script or style but those with the answer's nonce. Nobody else may load or frame anything of it, and nothing
 * stays in a cache but what says so itself.
 */
export function contentSecurity({ stack }: Context): MiddlewareHandler {
  let made: Promise<MiddlewareHandler> | undefined;
  return async (call, next) => {
    made ??= make(stack);
    await (
      await made
    )(call, next);
    const { headers } = call.res;
    if (call.req.path.startsWith("/api/") || !headers.has("Cache-Control"))
      headers.set("Cache-Control", "no-store");
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
    crossOriginOpenerPolicy: "same-origin",
    crossOriginResourcePolicy: "same-origin",
    referrerPolicy: "no-referrer",
    xFrameOptions: "DENY",
    // It is plain HTTP, on loopback.
    strictTransportSecurity: false,
  });
}

/** Where a bucket's objects are fetched from; without credentials too, so that the page can say that there are none. */
async function originOf({ s3 }: Stack, bucket: string): Promise<string> {
  const { region, endpoint } = s3.config;
  const anybody = new S3Client({
    region,
    ...(endpoint && { endpoint }),
    credentials: { accessKeyId: "anybody", secretAccessKey: "-" },
  });
  const url = await getSignedUrl(anybody, new GetObjectCommand({ Bucket: bucket, Key: "a" }));
  anybody.destroy();
  return new URL(url).origin;
}
