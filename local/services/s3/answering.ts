import { accessTo, needsOf, needToKnowWhatIsMissing, type DenialOf } from "./access";
import type { Bucket } from "./bucket";
import { bucketOperations, objectOperations } from "./operations/operations";
import type { Answer, Call, Operation } from "./operations/call";
import { maxKeyBytes, namesIn, type S3Request } from "./request";
import { S3Error } from "./s3Error";
import { toXml } from "./xml";

/** Does what a request asks for, if it is allowed, and gives it its answer, whatever happens. */
export async function answer(
  request: S3Request,
  buckets: ReadonlyMap<string, Bucket>,
  denialOf: DenialOf,
  secretOf: Call["secretOf"],
): Promise<void> {
  const requireAccess = accessTo(denialOf);
  try {
    const { bucketName, key } = namesIn(request.path);
    const name = operationName(request);
    await requireAccess(() => needsOf(name, request, bucketName, key));
    const otherBucket = (other: string) => {
      const bucket = buckets.get(other);
      if (bucket === undefined) throw new S3Error("NoSuchBucket");
      return bucket;
    };
    const bucket = otherBucket(bucketName);
    if (Buffer.byteLength(key) > maxKeyBytes) throw new S3Error("KeyTooLongError");
    const operation = (key === "" ? bucketOperations : objectOperations)[name];
    if (operation === undefined) throw new S3Error("NotImplemented");
    const call = { request, bucket, key, requireAccess, otherBucket, secretOf };
    const { status = 200, headers = {}, xml, body, bodyBytes } = await done(operation, call, bucketName);
    Object.assign(request.answerHeaders, headers);
    Object.assign(request, { status, bodyBytes, body: xml === undefined ? body : toXml(xml) });
    if (xml !== undefined) request.type = "application/xml";
  } catch (error) {
    refuse(request, error);
  }
}

async function done(operation: Operation, call: Call, bucketName: string): Promise<Answer> {
  try {
    return await operation(call);
  } catch (error) {
    if (error instanceof S3Error && error.code === "NoSuchKey")
      await call.requireAccess(() => [needToKnowWhatIsMissing(bucketName)]);
    throw error;
  }
}

/** Answers with what went wrong; what is no error of S3's is its InternalError. */
export function refuse(request: S3Request, error: unknown): void {
  const { code, status, headers } = error instanceof S3Error ? error : new S3Error("InternalError");
  const message = error instanceof Error ? error.message : String(error);
  Object.assign(request.answerHeaders, headers);
  const body = toXml({ Error: { Code: code, Message: message } });
  Object.assign(request, { status, type: "application/xml", body });
}

/** Parameters that say more of an operation; every other one names another operation. */
const details =
  /^(?:x-id|x-amz-.*|response-.*|version-?id.*|partnumber|prefix|delimiter|max-keys|encoding-type|continuation-token|start-after|fetch-owner|key-marker|upload-id-marker|max-uploads|max-parts|part-number-marker)$/i;

/** The method, and what of the bucket or object the query asks for, such as `PUT tagging`. */
function operationName({ method, query, headers }: S3Request): string {
  const parts = [...query.keys()].filter((name) => !details.test(name));
  if (headers["x-amz-copy-source"] !== undefined) parts.push("copy");
  return [method, ...parts].join(" ");
}
