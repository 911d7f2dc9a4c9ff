import type { Need } from "../authorizer";
import { namesIn, type S3Request } from "./request";
import { S3Error } from "./s3Error";

/** Why who has sent a request may not do what needs all this; undefined when it may be done. */
export type DenialOf = (needs: () => Need[]) => Promise<string | undefined>;

/** Throws AccessDenied unless who has sent a request may do what needs all this. */
export type RequireAccess = (needs: () => Need[]) => Promise<void>;

export function accessTo(denialOf: DenialOf): RequireAccess {
  return async (needs) => {
    const denial = await denialOf(needs);
    if (denial !== undefined) throw new S3Error("AccessDenied", {}, denial);
  };
}

/**
 * The action that each operation needs, by the names of operations.ts.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const bucketActions: Record<string, string | undefined> = {
  HEAD: "ListBucket",
  "GET list-type": "ListBucket",
  "GET uploads": "ListBucketMultipartUploads",
  "GET versions": "ListBucketVersions",
  "GET versioning": "GetBucketVersioning",
  "PUT versioning": "PutBucketVersioning",
  "GET location": "GetBucketLocation",
  "GET notification": "GetBucketNotification",
  "PUT notification": "PutBucketNotification",
  "GET policy": "GetBucketPolicy",
  "PUT policy": "PutBucketPolicy",
  "DELETE policy": "DeleteBucketPolicy",
  "GET encryption": "GetEncryptionConfiguration",
  "PUT encryption": "PutEncryptionConfiguration",
  "DELETE encryption": "PutEncryptionConfiguration",
  "GET lifecycle": "GetLifecycleConfiguration",
  "PUT lifecycle": "PutLifecycleConfiguration",
  "DELETE lifecycle": "PutLifecycleConfiguration",
  "GET publicAccessBlock": "GetBucketPublicAccessBlock",
  "PUT publicAccessBlock": "PutBucketPublicAccessBlock",
  "DELETE publicAccessBlock": "PutBucketPublicAccessBlock",
  "GET tagging": "GetBucketTagging",
  "PUT tagging": "PutBucketTagging",
  "DELETE tagging": "PutBucketTagging",
  "GET cors": "GetBucketCORS",
  "PUT cors": "PutBucketCORS",
  "DELETE cors": "PutBucketCORS",
};
const objectActions: Record<string, string | undefined> = {
  GET: "GetObject",
  HEAD: "GetObject",
  PUT: "PutObject",
  "PUT copy": "PutObject",
  DELETE: "DeleteObject",
  "GET tagging": "GetObjectTagging",
  "PUT tagging": "PutObjectTagging",
  "DELETE tagging": "DeleteObjectTagging",
  "POST uploads": "PutObject",
  "PUT uploadId": "PutObject",
  "PUT uploadId copy": "PutObject",
  "GET uploadId": "ListMultipartUploadParts",
  "POST uploadId": "PutObject",
  "DELETE uploadId": "AbortMultipartUpload",
};

/** Actions that have another name when a request names a version. */
const versionActions: Record<string, string | undefined> = {
  GetObject: "GetObjectVersion",
  DeleteObject: "DeleteObjectVersion",
  GetObjectTagging: "GetObjectVersionTagging",
  PutObjectTagging: "PutObjectVersionTagging",
  DeleteObjectTagging: "DeleteObjectVersionTagging",
};

/** What an operation needs. Throws AccessDenied for one of which that is not known. */
export function needsOf(operation: string, request: S3Request, bucket: string, key: string): Need[] {
  // Which objects it is about is in its body, and of a form also who has signed it.
  if (key === "" && (operation === "POST delete" || operation === "POST")) return [];
  const { headers, query } = request;
  const action = (key === "" ? bucketActions : objectActions)[operation];
  if (action === undefined)
    throw new S3Error("AccessDenied", {}, `The local S3 does not know which action ${operation} needs.`);
  const context = conditionsOf(request);
  if (key === "") return [{ action: `s3:${action}`, resource: bucketArn(bucket), context }];
  const needs = [objectNeed(action, bucket, key, query.get("versionId"), context)];
  const isWrite = action === "PutObject";
  if (isWrite && (headers["x-amz-tagging"] ?? "") !== "")
    needs.push(objectNeed("PutObjectTagging", bucket, key, null));
  if (isWrite && Object.keys(headers).some((name) => /^x-amz-(?:acl$|grant-)/.test(name)))
    needs.push(objectNeed("PutObjectAcl", bucket, key, null));
  // To compare an ETag is to learn of it.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-delete-enforce.html
  if ((isWrite || action === "DeleteObject") && (headers["if-match"] ?? "*") !== "*")
    needs.push(objectNeed("GetObject", bucket, key, null));
  if (operation === "PUT copy" || operation === "PUT uploadId copy") {
    const { bucketName, key: source, versionId } = copySourceOf(headers);
    needs.push(objectNeed("GetObject", bucketName, source, versionId));
  }
  return needs;
}

/** What the deletion of one of several objects needs. */
export function needsOfDeletion(bucket: string, key: string, versionId?: string, eTag?: string): Need[] {
  const deletion = objectNeed("DeleteObject", bucket, key, versionId ?? null);
  return eTag === undefined ? [deletion] : [deletion, objectNeed("GetObject", bucket, key, null)];
}

/**
 * What hearing of an object's tags needs.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_ResponseSyntax
 */
export function needOfTags(bucket: string, key: string, versionId: string | null): Need {
  return objectNeed("GetObjectTagging", bucket, key, versionId);
}

/** What a copy needs for the tags that come with its source. */
export function needsOfCopiedTags(source: [string, string], copy: [string, string]): Need[] {
  return [objectNeed("GetObjectTagging", ...source, null), objectNeed("PutObjectTagging", ...copy, null)];
}

/**
 * Only who may list a bucket hears that it has no such object; others hear that they are denied it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function needToKnowWhatIsMissing(bucket: string): Need {
  return { action: "s3:ListBucket", resource: bucketArn(bucket) };
}

/** The bucket, key and version that `x-amz-copy-source` names. */
export function copySourceOf(headers: S3Request["headers"]): {
  bucketName: string;
  key: string;
  versionId: string | null;
} {
  const [, encoded = "", versionId = null] =
    /^(.*?)(?:\?versionId=(.*))?$/.exec(headers["x-amz-copy-source"] ?? "") ?? [];
  return { ...namesIn(encoded), versionId };
}

function objectNeed(
  action: string,
  bucket: string,
  key: string,
  versionId: string | null,
  context: Record<string, string> = {},
): Need {
  const named = versionId === null ? action : (versionActions[action] ?? action);
  const resource = `${bucketArn(bucket)}/${key}`;
  const inVersion = versionId === null ? context : { ...context, "s3:VersionId": versionId };
  return { action: `s3:${named}`, resource, context: inVersion };
}

function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys */
const conditions = [
  ...["if-match", "if-none-match", "x-amz-acl", "x-amz-content-sha256", "x-amz-copy-source"],
  ...["x-amz-metadata-directive", "x-amz-server-side-encryption", "x-amz-storage-class"],
];

function conditionsOf({ headers, query }: S3Request): Record<string, string> {
  const inQuery = ["prefix", "delimiter", "max-keys"].map((name) => [name, query.get(name) ?? undefined]);
  const inHeaders = conditions.map((name) => [name, headers[name]]);
  const given = [...inQuery, ...inHeaders].filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [`s3:${name ?? ""}`, value])) as Record<
    string,
    string
  >;
}
