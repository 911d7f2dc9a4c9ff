import { createHash, randomUUID } from "node:crypto";
import type { Part, Upload } from "../bucket";
import { requireUnchanged } from "../conditions";
import { contentOf, discardContent, readContent, storeContent, type StoredContent } from "../content";
import { encryptionAskedFor, encryptionHeaders, eTagOf, requireKey } from "../encryption";
import { S3Error } from "../s3Error";
import { listOf, readXml, textOf } from "../xml";
import type { Answer, Call } from "./call";
import { copySource, copySourceNames } from "./copyObject";
import { keptHeaders, putUnlessRefused } from "./putObject";
import { tagsInHeader } from "./tagging";

/** Of every part but the last: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const minPartBytes = 5 * 2 ** 20;

export async function createMultipartUpload(call: Call): Promise<Answer> {
  const { request, bucket, key } = call;
  const UploadId = randomUUID();
  const headers = keptHeaders(request.headers);
  const encryption = encryptionAskedFor(request.headers, bucket.encryption);
  await requireKey(call, encryption, [bucket.name, key], ["GenerateDataKey", "Decrypt"]);
  const tags = tagsInHeader(request.headers);
  bucket.uploads.set(UploadId, { key, headers, tags, encryption, parts: new Map(), startedAt: new Date() });
  return {
    headers: encryptionHeaders(encryption),
    xml: { InitiateMultipartUploadResult: { Bucket: bucket.name, Key: key, UploadId } },
  };
}

export async function uploadPart(call: Call): Promise<Answer> {
  const { request, bucket } = call;
  const { key, parts, encryption } = uploadOf(call);
  await requireKey(call, encryption, [bucket.name, key], ["GenerateDataKey", "Decrypt"]);
  const number = partNumberIn(call);
  const { md5 } = keepPart(parts, number, await storeContent(contentOf(request), bucket.directory));
  return { headers: { etag: `"${md5}"`, ...encryptionHeaders(encryption) } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export async function uploadPartCopy(call: Call): Promise<Answer> {
  const { request, bucket } = call;
  const { parts, encryption } = uploadOf(call);
  const number = partNumberIn(call);
  const { version: source } = copySource(call);
  await requireKey(call, source.object.encryption, copySourceNames(request.headers), ["Decrypt"]);
  await requireKey(call, encryption, [bucket.name, call.key], ["GenerateDataKey", "Decrypt"]);
  const range = copiedRange(request.headers["x-amz-copy-source-range"], source.object.sizeBytes);
  const content = await storeContent(readContent(source.object, range), bucket.directory);
  const { md5, lastModified } = keepPart(parts, number, content);
  return {
    headers: {
      "x-amz-copy-source-version-id": source.id === "null" ? undefined : source.id,
      ...encryptionHeaders(encryption),
    },
    xml: { CopyPartResult: { LastModified: lastModified, ETag: `"${md5}"` } },
  };
}

/** Both ends must be there, and in the source. Throws InvalidArgument; undefined where a part is the whole source. */
function copiedRange(
  header: string | undefined,
  sizeBytes: number,
): { firstByte: number; lastByte: number } | undefined {
  if (header === undefined) return undefined;
  const [, first = "", last = ""] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  const range = { firstByte: Number(first), lastByte: Number(last) };
  if (last === "" || range.firstByte > range.lastByte || range.lastByte >= sizeBytes)
    throw new S3Error(
      "InvalidArgument",
      {},
      `The range ${header} is not bytes=first-last within the source of ${sizeBytes} bytes.`,
    );
  return range;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export async function completeMultipartUpload(call: Call): Promise<Answer> {
  const { request, bucket, key } = call;
  const upload = uploadOf(call);
  const asked = listOf(await readXml(request, "CompleteMultipartUpload"), "Part").map((part) => ({
    number: Number(textOf(part, "PartNumber")),
    eTag: textOf(part, "ETag")?.replaceAll('"', ""),
  }));
  const parts = asked.map(({ number, eTag }, index) => {
    const part = upload.parts.get(number);
    if (number <= (asked[index - 1]?.number ?? 0)) throw new S3Error("InvalidPartOrder");
    if (part?.md5 !== eTag || part === undefined) throw new S3Error("InvalidPart");
    return part;
  });
  if (parts.length === 0) throw new S3Error("MalformedXML");
  if (parts.slice(0, -1).some(({ sizeBytes }) => sizeBytes < minPartBytes))
    throw new S3Error("EntityTooSmall");
  requireUnchanged(request.headers, bucket.current(key));

  const { file, sizeBytes } = await storeContent(joined(parts), bucket.directory);
  const md5 = createHash("md5");
  for (const part of parts) md5.update(part.md5, "hex");
  const { headers, tags, encryption } = upload;
  const eTag = eTagOf(encryption, `${md5.digest("hex")}-${parts.length}`);
  const version = putUnlessRefused(
    call,
    { file, sizeBytes, eTag, headers, tags, encryption },
    "ObjectCreated:CompleteMultipartUpload",
  );
  forget(call, upload);
  return {
    headers: { ...encryptionHeaders(encryption), ...bucket.versionHeaders(version) },
    xml: { CompleteMultipartUploadResult: { Bucket: bucket.name, Key: key, ETag: `"${eTag}"` } },
  };
}

export function abortMultipartUpload(call: Call): Answer {
  forget(call, uploadOf(call));
  return { status: 204 };
}

async function* joined(parts: StoredContent[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    if (part.sizeBytes > 0) yield* readContent(part) as AsyncIterable<Buffer>;
  }
}

function partNumberIn({ request }: Call): number {
  const number = Number(request.query.get("partNumber"));
  if (!Number.isInteger(number) || number < 1 || number > 10_000) throw new S3Error("InvalidArgument");
  return number;
}

/** In place of one that was sent before. */
function keepPart(parts: Upload["parts"], number: number, content: StoredContent): Part {
  const replaced = parts.get(number);
  if (replaced !== undefined) discardContent(replaced);
  const part = { ...content, lastModified: new Date() };
  parts.set(number, part);
  return part;
}

/** The upload that a call is about. Throws NoSuchUpload. */
export function uploadOf({ request, bucket, key }: Call): Upload {
  const upload = bucket.uploads.get(request.query.get("uploadId") ?? "");
  if (upload?.key !== key) throw new S3Error("NoSuchUpload");
  return upload;
}

function forget({ request, bucket }: Call, { parts }: Upload): void {
  bucket.uploads.delete(request.query.get("uploadId") ?? "");
  for (const part of parts.values()) discardContent(part);
}
