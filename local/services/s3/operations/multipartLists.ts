import { compareBytes } from "../bucket";
import { encodeKey } from "../encodeKey";
import type { Answer, Call } from "./call";
import { uploadOf } from "./multipart";

/** As many as S3 gives at once. */
const pageSize = 1000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export function listParts(call: Call): Answer {
  const { request, bucket, key } = call;
  const { query } = request;
  const marker = Number(query.get("part-number-marker") ?? 0);
  const maxParts = Math.min(Number(query.get("max-parts") ?? pageSize), pageSize);
  const { parts, startedAt } = uploadOf(call);
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
        Part: page.map(([number, { md5, sizeBytes }]) => ({
          PartNumber: number,
          LastModified: startedAt,
          ETag: `"${md5}"`,
          Size: sizeBytes,
        })),
      },
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export function listMultipartUploads({ request: { query }, bucket }: Call): Answer {
  const encode = query.get("encoding-type") === "url" ? encodeKey : (key: string) => key;
  const prefix = query.get("prefix") ?? "";
  const [keyMarker, idMarker] = [query.get("key-marker") ?? "", query.get("upload-id-marker") ?? ""];
  const maxUploads = Math.min(Number(query.get("max-uploads") ?? pageSize), pageSize);
  const uploads = [...bucket.uploads]
    .map(([id, { key, startedAt }]) => ({ id, key, startedAt }))
    .filter(({ key }) => key.startsWith(prefix))
    .sort((a, b) => compareBytes(a.key, b.key) || compareBytes(a.id, b.id));
  const left = uploads.filter(({ key, id }) => {
    const order = compareBytes(key, keyMarker);
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
        NextKeyMarker: last && encode(last.key),
        NextUploadIdMarker: last?.id,
        Prefix: encode(prefix),
        EncodingType: query.get("encoding-type") ?? undefined,
        MaxUploads: maxUploads,
        IsTruncated: isTruncated,
        Upload: page.map(({ id, key, startedAt }) => ({
          UploadId: id,
          Key: encode(key),
          Initiated: startedAt,
          StorageClass: "STANDARD",
        })),
      },
    },
  };
}
