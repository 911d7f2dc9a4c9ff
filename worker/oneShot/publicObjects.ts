import type { S3Client } from "@aws-sdk/client-s3";
import { S3ServiceException } from "@aws-sdk/client-s3";

/** What makes a request a signed one; presigned ones are not sent by this client. */
const signatureHeaders = ["authorization", "x-amz-security-token", "x-amz-date", "x-amz-content-sha256"];

/**
 * Has a client ask again without a signature when S3 denies it access: a public object of another account is given to
 * anybody, but to a role of ours only with a right of its own. A request is signed, and may be denied, for the first
 * object alone; what is denied both ways fails as it did signed.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html
 */
export function readPublicObjects(s3: S3Client): S3Client {
  let isPublic = false;
  s3.middlewareStack.add(
    (next) => async (args) => {
      if (isPublic) return next(unsigned(args));
      try {
        return await next(args);
      } catch (denial) {
        if (!isAccessDenied(denial)) throw denial;
        const answer = await next(unsigned(args)).catch((error: unknown) => {
          // Of a request without a signature S3 also refuses what only a signed one may ask for.
          throw isRefusal(error) ? denial : error;
        });
        isPublic = true;
        return answer;
      }
    },
    // Of this step, signing is done before.
    { step: "finalizeRequest", priority: "low", name: "readPublicObjects" },
  );
  return s3;
}

function unsigned<T extends { request: unknown }>(args: T): T {
  const request = args.request as { headers: Record<string, string> };
  const headers = Object.entries(request.headers).filter(
    ([name]) => !signatureHeaders.includes(name.toLowerCase()),
  );
  const copy = Object.create(
    Object.getPrototypeOf(request) as object,
    Object.getOwnPropertyDescriptors(request),
  ) as object;
  return { ...args, request: Object.assign(copy, { headers: Object.fromEntries(headers) }) };
}

function isAccessDenied(error: unknown): boolean {
  return (
    error instanceof S3ServiceException &&
    error.$metadata.httpStatusCode === 403 &&
    error.name === "AccessDenied"
  );
}

function isRefusal(error: unknown): boolean {
  return error instanceof S3ServiceException && [400, 401, 403].includes(error.$metadata.httpStatusCode ?? 0);
}
