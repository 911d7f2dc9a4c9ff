import { compareBytes, type Bucket, type Version } from "../bucket";
import { encodeKey } from "../encodeKey";
import type { Answer, Call } from "./call";

/** A line of a listing: a version of a key, or what several keys begin with up to a delimiter. */
interface Entry {
  /** The key or the common prefix. */
  name: string;
  version?: Version;
  isLatest?: boolean;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listObjects({ request: { query }, bucket }: Call): Answer {
  const token = query.get("continuation-token");
  const after = Buffer.from(token ?? "", "base64url").toString();
  const { page, last, common } = pageOf(
    bucket,
    query,
    ({ version, isLatest }) => isLatest === true && version?.object !== undefined,
    ({ name }) => compareBytes(name, after) > 0,
  );
  const more = {
    StartAfter: query.get("start-after") ?? undefined,
    ContinuationToken: token ?? undefined,
    NextContinuationToken: last && Buffer.from(last.name).toString("base64url"),
    KeyCount: page.length,
    Contents: page.flatMap(contents),
  };
  return { xml: { ListBucketResult: { ...common, ...more } } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export function listObjectVersions({ request: { query }, bucket }: Call): Answer {
  const [key = "", versionId] = [query.get("key-marker") ?? undefined, query.get("version-id-marker")];
  let isBehindMarker = false;
  const { page, last, common } = pageOf(
    bucket,
    query,
    () => true,
    ({ name, version }) => {
      if (name !== key || versionId === null) return compareBytes(name, key) > 0;
      const isBehind = isBehindMarker;
      isBehindMarker ||= version?.id === versionId;
      return isBehind;
    },
  );
  const versions = (isMarker: boolean) =>
    page.flatMap((entry) =>
      contents(entry)
        .filter(() => (entry.version?.object === undefined) === isMarker)
        .map((content) => ({ ...content, VersionId: entry.version?.id, IsLatest: entry.isLatest })),
    );
  const more = {
    KeyMarker: query.get("key-marker") ?? undefined,
    VersionIdMarker: versionId ?? undefined,
    NextKeyMarker: last?.shownName,
    NextVersionIdMarker: last?.version?.id,
    Version: versions(false),
    DeleteMarker: versions(true),
  };
  return { xml: { ListVersionsResult: { ...common, ...more } } };
}

/** The entries that the query is about and that are behind its marker, as far as one answer holds them. */
function pageOf(
  bucket: Bucket,
  query: URLSearchParams,
  isListed: (entry: Entry) => boolean,
  isBehindMarker: (entry: Entry) => boolean,
) {
  const encode = query.get("encoding-type") === "url" ? encodeKey : (key: string) => key;
  const maxKeys = Math.min(Number(query.get("max-keys") ?? 1000), 1000);
  const entries = entriesIn(bucket, query, isListed).filter(isBehindMarker);
  const page = entries.slice(0, maxKeys).map((entry) => ({ ...entry, shownName: encode(entry.name) }));
  const isTruncated = page.length > 0 && page.length < entries.length;
  const common = {
    Name: bucket.name,
    Prefix: encode(query.get("prefix") ?? ""),
    Delimiter: encode(query.get("delimiter") ?? "") || undefined,
    MaxKeys: maxKeys,
    EncodingType: query.get("encoding-type") ?? undefined,
    IsTruncated: isTruncated,
    CommonPrefixes: page
      .filter(({ version }) => version === undefined)
      .map(({ shownName }) => ({ Prefix: shownName })),
  };
  return { page, last: isTruncated ? page.at(-1) : undefined, common };
}

function entriesIn(bucket: Bucket, query: URLSearchParams, isListed: (entry: Entry) => boolean): Entry[] {
  const [prefix = "", delimiter = "", startAfter = ""] = ["prefix", "delimiter", "start-after"].map(
    (name) => query.get(name) ?? "",
  );
  const entries: Entry[] = [];
  for (const [key, versions] of bucket.inOrder()) {
    if (!key.startsWith(prefix) || (startAfter !== "" && compareBytes(key, startAfter) <= 0)) continue;
    const listed = versions
      .map((version, index) => ({ name: key, version, isLatest: index === 0 }))
      .filter(isListed);
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const commonPrefix = key.slice(0, end + delimiter.length);
    if (end < 0) entries.push(...listed);
    else if (listed.length > 0 && entries.at(-1)?.name !== commonPrefix) entries.push({ name: commonPrefix });
  }
  return entries;
}

function contents({ shownName, version }: Entry & { shownName: string }) {
  if (version === undefined) return [];
  const { lastModified, object } = version;
  return [
    {
      Key: shownName,
      LastModified: lastModified,
      ETag: object && `"${object.eTag}"`,
      Size: object?.sizeBytes,
      StorageClass: object && (object.headers["x-amz-storage-class"] ?? "STANDARD"),
    },
  ];
}
