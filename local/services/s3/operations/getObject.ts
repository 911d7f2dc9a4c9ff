import { needOfTags } from "../access";
import { closeWith, readContent } from "../content";
import { isNotModified } from "../conditions";
import { encryptionHeaders, requireKey } from "../encryption";
import { S3Error } from "../s3Error";
import type { Answer, Call } from "./call";

const archived = ["GLACIER", "DEEP_ARCHIVE"];

/**
 * GetObject, and HeadObject with it, which needs the key of what is encrypted only to tell its checksum.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export async function getObject(call: Call): Promise<Answer> {
  const { request, bucket, key } = call;
  const { query, res } = request;
  const version = bucket.read(key, query.get("versionId"));
  const { eTag, sizeBytes, tags, encryption, headers: stored } = version.object;
  const common = {
    etag: `"${eTag}"`,
    "last-modified": version.lastModified.toUTCString(),
    ...encryptionHeaders(encryption),
    ...bucket.versionHeaders(version),
  };
  if (isNotModified(request.headers, version)) return { status: 304, headers: common };
  const range = rangeIn(request.headers["range"], sizeBytes);
  const showsChecksum = request.headers["x-amz-checksum-mode"] === "ENABLED" && range === undefined;
  if (request.method !== "HEAD" || showsChecksum)
    await requireKey(call, encryption, [bucket.name, key], ["Decrypt"]);
  const headers = {
    ...common,
    ...Object.fromEntries(
      Object.entries(stored).filter(([name]) => showsChecksum || !name.startsWith("x-amz-checksum-")),
    ),
    ...overriding(query),
    "accept-ranges": "bytes",
    "x-amz-tagging-count": tags.length > 0 && (await mayReadTags(call)) ? tags.length : undefined,
    "content-range": range && `bytes ${range.firstByte}-${range.lastByte}/${sizeBytes}`,
  };
  const bodyBytes = range ? range.lastByte - range.firstByte + 1 : sizeBytes;
  const answer = { status: range ? 206 : 200, headers, bodyBytes };
  if (request.method === "HEAD") return answer;
  if (archived.includes(stored["x-amz-storage-class"] ?? "")) throw new S3Error("InvalidObjectState");
  return bodyBytes === 0 ? answer : { ...answer, body: closeWith(res, readContent(version.object, range)) };
}

/** Others do not hear that an object has tags. */
async function mayReadTags({ request, bucket, key, requireAccess }: Call): Promise<boolean> {
  try {
    await requireAccess(() => [needOfTags(bucket.name, key, request.query.get("versionId"))]);
    return true;
  } catch (error) {
    if (error instanceof S3Error && error.code === "AccessDenied") return false;
    throw error;
  }
}

interface Range {
  firstByte: number;
  lastByte: number;
}

/**
 * The one range that a header names; undefined for what is no range, or several, which S3 answers with everything.
 * Throws InvalidRange for one that is not in the object. https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
 */
function rangeIn(header = "", sizeBytes: number): Range | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  if (first === "" && last === "") return undefined;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  const firstByte = first === "" ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  if (firstByte >= sizeBytes) throw new S3Error("InvalidRange", { "content-range": `bytes */${sizeBytes}` });
  const lastByte = first === "" || last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  return { firstByte, lastByte };
}

/** Headers that a link asks for, such as `response-content-disposition`. */
function overriding(query: URLSearchParams): Record<string, string> {
  const prefix = "response-";
  const asked = [...query].filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(asked.map(([name, value]) => [name.slice(prefix.length), value]));
}
