import { requireUnchanged } from "../conditions";
import { needsOfDeletion } from "../access";
import { S3Error } from "../s3Error";
import { listOf, readXml, textOf, type Elements } from "../xml";
import type { Answer, Call } from "./call";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export function deleteObject({ request, bucket, key }: Call): Answer {
  requireUnchanged(request.headers, bucket.current(key));
  const version = bucket.delete(key, request.query.get("versionId"));
  return { status: 204, headers: version && bucket.versionHeaders(version) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export async function deleteObjects({ request, bucket, requireAccess }: Call): Promise<Answer> {
  const asked = await readXml(request, "Delete");
  const objects = listOf(asked, "Object");
  if (objects.length === 0 || objects.length > 1000) throw new S3Error("MalformedXML");
  const removed: Elements[] = [];
  const refused: Elements[] = [];
  for (const object of objects) {
    const [Key = "", VersionId, eTag] = ["Key", "VersionId", "ETag"].map((name) => textOf(object, name));
    try {
      await requireAccess(() => needsOfDeletion(bucket.name, Key, VersionId, eTag));
      requireUnchanged({ "if-match": eTag }, bucket.current(Key));
      const version = bucket.delete(Key, VersionId);
      const marker = version?.object === undefined ? version : undefined;
      const ofMarker = { DeleteMarker: marker && true, DeleteMarkerVersionId: marker?.id };
      removed.push({ Key, VersionId, ...ofMarker });
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      refused.push({ Key, VersionId, Code: error.code, Message: error.message });
    }
  }
  const isQuiet = textOf(asked, "Quiet") === "true";
  return { xml: { DeleteResult: { Deleted: isQuiet ? [] : removed, Error: refused } } };
}
