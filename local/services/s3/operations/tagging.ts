import type { ObjectVersion, Tag } from "../bucket";
import type { S3Request } from "../request";
import { S3Error } from "../s3Error";
import { listOf, readXml, textOf } from "../xml";
import type { Answer, Call } from "./call";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export function getTagging(call: Call): Answer {
  const version = taggable(call);
  const tagSet = version.object.tags.map(({ Key, Value }) => ({ Key, Value }));
  return { headers: call.bucket.versionHeaders(version), xml: { Tagging: { TagSet: { Tag: tagSet } } } };
}

/** Puts these in place of all tags there are; changes neither ETag nor last modification. */
export async function putTagging(call: Call): Promise<Answer> {
  const [set = {}] = listOf(await readXml(call.request, "Tagging"), "TagSet");
  const tags = listOf(set, "Tag").map((tag) => ({
    Key: textOf(tag, "Key") ?? "",
    Value: textOf(tag, "Value") ?? "",
  }));
  requireValid(tags, "InvalidTag");
  const version = taggable(call);
  call.bucket.tag(call.key, version, tags, "ObjectTagging:Put");
  return { headers: call.bucket.versionHeaders(version) };
}

export function deleteTagging(call: Call): Answer {
  const version = taggable(call);
  call.bucket.tag(call.key, version, [], "ObjectTagging:Delete");
  return { status: 204, headers: call.bucket.versionHeaders(version) };
}

/** The tags that come with an object. */
export function tagsInHeader(headers: S3Request["headers"]): Tag[] {
  const tags = [...new URLSearchParams(headers["x-amz-tagging"])].map(([Key, Value]) => ({ Key, Value }));
  requireValid(tags, "InvalidArgument");
  return tags;
}

/** The version whose tags are meant; a delete marker has none, and is told of as such also where it is the newest. */
function taggable({ request, bucket, key }: Call): ObjectVersion {
  try {
    return bucket.read(key, request.query.get("versionId"));
  } catch (error) {
    if (!(error instanceof S3Error) || error.headers["x-amz-delete-marker"] === undefined) throw error;
    throw new S3Error("MethodNotAllowed", error.headers);
  }
}

/**
 * Lengths are those in UTF-16, as JavaScript's are.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html and
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_S3Tag.html
 */
function requireValid(tags: Tag[], whenTwice: "InvalidTag" | "InvalidArgument"): void {
  if (tags.length > 10) throw new S3Error("BadRequest");
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) throw new S3Error(whenTwice);
  const fit = tags.every(
    ({ Key, Value }) =>
      Key !== "" &&
      Key.length <= 128 &&
      Value.length <= 256 &&
      !/^aws:/i.test(Key) &&
      [Key, Value].every((text) => /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text)),
  );
  if (!fit) throw new S3Error("InvalidTag");
}
