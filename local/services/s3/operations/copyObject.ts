import { requireUnchanged, isNotModified } from "../conditions";
import { readContent, storeContent } from "../content";
import type { ObjectVersion } from "../bucket";
import { encryptionAskedFor, encryptionHeaders, eTagOf, requireKey } from "../encryption";
import { copySourceOf, needsOfCopiedTags } from "../access";
import { S3Error } from "../s3Error";
import type { Answer, Call } from "./call";
import { keptHeaders, putUnlessRefused } from "./putObject";
import { tagsInHeader } from "./tagging";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export async function copyObject(call: Call): Promise<Answer> {
  const { request, bucket, key } = call;
  const { headers } = request;
  const { version: source, isItself } = copySource(call);
  const replacesMetadata = headers["x-amz-metadata-directive"] === "REPLACE";
  if (isItself && !replacesMetadata && headers["x-amz-storage-class"] === undefined)
    throw new S3Error("InvalidRequest");
  requireUnchanged(headers, bucket.current(key));
  const replacesTags = headers["x-amz-tagging-directive"] === "REPLACE";
  if (!replacesTags && source.object.tags.length > 0) {
    const { bucketName, key: sourceKey } = copySourceOf(headers);
    await call.requireAccess(() => needsOfCopiedTags([bucketName, sourceKey], [bucket.name, key]));
  }
  const encryption = encryptionAskedFor(headers, bucket.encryption);
  await requireKey(call, source.object.encryption, copySourceNames(headers), ["Decrypt"]);
  await requireKey(call, encryption, [bucket.name, key], ["GenerateDataKey"]);
  const { md5, ...content } = await storeContent(readContent(source.object), bucket.directory);
  const eTag = eTagOf(encryption, md5);
  const storageClass = headers["x-amz-storage-class"];
  const version = putUnlessRefused(
    call,
    {
      ...content,
      eTag,
      encryption,
      headers: replacesMetadata
        ? keptHeaders(headers)
        : { ...source.object.headers, "x-amz-storage-class": storageClass },
      tags: replacesTags ? tagsInHeader(headers) : source.object.tags,
    },
    "ObjectCreated:Copy",
  );
  return {
    headers: { ...encryptionHeaders(encryption), ...bucket.versionHeaders(version) },
    xml: { CopyObjectResult: { LastModified: version.lastModified, ETag: `"${eTag}"` } },
  };
}

export function copySourceNames(headers: Call["request"]["headers"]): [bucket: string, key: string] {
  const { bucketName, key } = copySourceOf(headers);
  return [bucketName, key];
}

/** What `x-amz-copy-source` names, if its conditions hold. */
export function copySource({ request, bucket, key, otherBucket }: Call): {
  version: ObjectVersion;
  isItself: boolean;
} {
  const { bucketName, key: sourceKey, versionId } = copySourceOf(request.headers);
  const source = otherBucket(bucketName);
  const version = source.read(sourceKey, versionId);
  if (isNotModified(request.headers, version, "x-amz-copy-source-")) throw new S3Error("PreconditionFailed");
  return { version, isItself: source === bucket && sourceKey === key && versionId === null };
}
