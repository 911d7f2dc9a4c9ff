import { requireUnchanged } from "../conditions";
import { contentOf, discardContent, storeContent } from "../content";
import type { S3Object, Version } from "../bucket";
import { encryptionAskedFor, encryptionHeaders, eTagOf, requireKey } from "../encryption";
import type { S3Request } from "../request";
import type { Answer, Call } from "./call";
import { tagsInHeader } from "./tagging";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export async function putObject(call: Call): Promise<Answer> {
  const { request, bucket } = call;
  const tags = tagsInHeader(request.headers);
  const encryption = encryptionAskedFor(request.headers, bucket.encryption);
  await requireKey(call, encryption, [bucket.name, call.key], ["GenerateDataKey"]);
  const { md5, ...content } = await storeContent(contentOf(request), bucket.directory);
  const eTag = eTagOf(encryption, md5);
  const object = { ...content, eTag, encryption, headers: keptHeaders(request.headers), tags };
  const version = putUnlessRefused(call, object, "ObjectCreated:Put");
  const told = { ...checksumsIn(object), ...encryptionHeaders(encryption) };
  return { headers: { etag: `"${eTag}"`, ...told, ...bucket.versionHeaders(version) } };
}

/** Puts a stored object under its key, if the request's conditions hold in that very moment. */
export function putUnlessRefused(
  { request, bucket, key }: Call,
  object: S3Object,
  kind: Parameters<Call["bucket"]["put"]>[2],
): Version {
  try {
    requireUnchanged(request.headers, bucket.current(key));
  } catch (error) {
    discardContent(object);
    throw error;
  }
  return bucket.put(key, object, kind);
}

const kept =
  /^(?:content-(?:type|disposition|language|encoding)|cache-control|expires|x-amz-(?:storage-class|meta-.+|checksum-(?:crc|sha).+))$/;

/** The headers that are stored with an object. */
export function keptHeaders(headers: S3Request["headers"]): S3Object["headers"] {
  const encoding = headers["content-encoding"]?.replace(/^aws-chunked,? ?/, "");
  return {
    "content-type": "binary/octet-stream",
    ...Object.fromEntries(Object.entries(headers).filter(([name]) => kept.test(name))),
    "content-encoding": encoding === "" ? undefined : encoding,
  };
}

function checksumsIn({ headers }: S3Object): S3Object["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("x-amz-checksum-")));
}
