import { compareBytes, type Upload } from "../bucket";
import { encodeKey } from "../encodeKey";
import { S3Error } from "../s3Error";
import type { Answer, Call } from "./call";
import { uploadOf } from "./multipart";

/** As many as S3 gives at once. */
const pageSize = 1000;

/**
 * S3 names a next marker in each page, in one without parts 0: whether there are more says IsTruncated alone.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
 */
export function listParts(call: Call): Answer {
  const { request, bucket, key } = call;
  const { query } = request;
  const { parts } = uploadOf(call);
  const marker = numberIn(query, "part-number-marker", 0);
  const maxParts = Math.min(numberIn(query, "max-parts", pageSize), pageSize);
  const left = [...parts].filter(([number]) => number > marker).sort(([a], [b]) => a - b);
  const page = left.slice(0, maxParts);
  return {
    xml: {
      ListPartsResult: {
        Bucket: bucket.name,
        Key: key,
        UploadId: query.get("uploadId") ?? undefined,
        StorageClass: "STANDARD",
        PartNumberMarker: marker,
        NextPartNumberMarker: page.at(-1)?.[0] ?? 0,
        MaxParts: maxParts,
        IsTruncated: page.length < left.length,
        Part: page.map(([PartNumber, { md5, sizeBytes, lastModified }]) => ({
          PartNumber,
          LastModified: lastModified,
          ETag: `"${md5}"`,
          Size: sizeBytes,
        })),
      },
    },
  };
}

/** An upload, or what the keys of several begin with up to a delimiter. */
interface Entry {
  /** The key or the common prefix. */
  name: string;
  /** Empty of a common prefix. */
  id: string;
  upload?: Upload;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export function listMultipartUploads({ request: { query }, bucket }: Call): Answer {
  const encode = query.get("encoding-type") === "url" ? encodeKey : (key: string) => key;
  const [prefix = "", delimiter = "", keyMarker = "", idMarker = ""] = [
    ...["prefix", "delimiter", "key-marker", "upload-id-marker"],
  ].map((name) => query.get(name) ?? "");
  const maxUploads = Math.min(numberIn(query, "max-uploads", pageSize), pageSize);
  const left = entriesOf(bucket.uploads, prefix, delimiter).filter(({ name, id }) => {
    const order = compareBytes(name, keyMarker);
    return order > 0 || (order === 0 && idMarker !== "" && compareBytes(id, idMarker) > 0);
  });
  const page = left.slice(0, maxUploads);
  const isTruncated = page.length < left.length;
  const last = isTruncated ? page.at(-1) : undefined;
  return {
    xml: {
      ListMultipartUploadsResult: {
        Bucket: bucket.name,
        KeyMarker: encode(keyMarker),
        UploadIdMarker: idMarker,
        NextKeyMarker: last && encode(last.name),
        NextUploadIdMarker: last?.id,
        Prefix: encode(prefix),
        Delimiter: encode(delimiter) || undefined,
        EncodingType: query.get("encoding-type") ?? undefined,
        MaxUploads: maxUploads,
        IsTruncated: isTruncated,
        Upload: page.flatMap(({ name, id, upload }) =>
          upload === undefined
            ? []
            : { UploadId: id, Key: encode(name), Initiated: upload.startedAt, StorageClass: "STANDARD" },
        ),
        CommonPrefixes: page.flatMap(({ name, upload }) =>
          upload === undefined ? { Prefix: encode(name) } : [],
        ),
      },
    },
  };
}

/** By their keys, and several of one key by their ids. */
function entriesOf(uploads: ReadonlyMap<string, Upload>, prefix: string, delimiter: string): Entry[] {
  const entries = new Map<string, Entry>();
  for (const [id, upload] of uploads) {
    if (!upload.key.startsWith(prefix)) continue;
    const at = delimiter === "" ? -1 : upload.key.indexOf(delimiter, prefix.length);
    if (at < 0) entries.set(id, { name: upload.key, id, upload });
    else {
      const name = upload.key.slice(0, at + delimiter.length);
      entries.set(`prefix ${name}`, { name, id: "" });
    }
  }
  return [...entries.values()].sort((a, b) => compareBytes(a.name, b.name) || compareBytes(a.id, b.id));
}

function numberIn(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name) ?? String(otherwise);
  if (!/^\d{1,9}$/.test(text))
    throw new S3Error("InvalidArgument", {}, `Provided ${name} not an integer or within integer range`);
  return Number(text);
}
