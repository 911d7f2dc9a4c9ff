import type { Tag } from "../bucket";
import type { S3Request } from "../request";
import { S3Error } from "../s3Error";
import { listOf, readXml, textOf } from "../xml";
import type { Answer, Call } from "./call";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export function getTagging({ request, bucket, key }: Call): Answer {
  const version = bucket.read(key, request.query.get("versionId"));
  const tagSet = version.object.tags.map(({ Key, Value }) => ({ Key, Value }));
  return { headers: bucket.versionHeaders(version), xml: { Tagging: { TagSet: { Tag: tagSet } } } };
}

/** Changes neither ETag nor last modification. */
export async function putTagging({ request, bucket, key }: Call): Promise<Answer> {
  const [set = {}] = listOf(await readXml(request, "Tagging"), "TagSet");
  const tags = listOf(set, "Tag").map((tag) => ({
    Key: textOf(tag, "Key") ?? "",
    Value: textOf(tag, "Value") ?? "",
  }));
  requireValid(tags);
  const version = bucket.read(key, request.query.get("versionId"));
  bucket.tag(key, version, tags, "ObjectTagging:Put");
  return { headers: bucket.versionHeaders(version) };
}

export function deleteTagging({ request, bucket, key }: Call): Answer {
  const version = bucket.read(key, request.query.get("versionId"));
  bucket.tag(key, version, [], "ObjectTagging:Delete");
  return { status: 204, headers: bucket.versionHeaders(version) };
}

/** The tags that come with an object. */
export function tagsInHeader(headers: S3Request["headers"]): Tag[] {
  const tags = [...new URLSearchParams(headers["x-amz-tagging"])].map(([Key, Value]) => ({ Key, Value }));
  requireValid(tags);
  return tags;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
function requireValid(tags: Tag[]): void {
  if (tags.length > 10) throw new S3Error("BadRequest");
  const keys = new Set(tags.map(({ Key }) => Key));
  const fit = tags.every(({ Key, Value }) => Key !== "" && Key.length <= 128 && Value.length <= 256);
  if (!fit || keys.size < tags.length) throw new S3Error("InvalidTag");
}
