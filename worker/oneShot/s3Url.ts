/** An object in S3, as a URL names it. */
export interface S3Address {
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
  /** Undefined: the newest. */
  readonly versionId: string | undefined;
  /** Undefined when the URL does not tell it. */
  readonly region: string | undefined;
}

/**
 * S3's host names: `s3`, an optional `dualstack` or region, and for virtual-hosted style the bucket in front.
 * https://docs.aws.amazon.com/general/latest/gr/s3.html
 */
const s3Host =
  /^(?:(?<bucket>.+)\.)?s3(?:[.-](?:dualstack\.)?(?<region>[a-z]{2}(?:-[a-z]+)+-\d))?(?:\.dualstack)?\.amazonaws\.com(?:\.cn)?$/;

/**
 * Reads `s3://bucket/key` (the key as it is, as the AWS CLI takes it) and the https addresses of S3, virtual-hosted and
 * path style (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html), both with an optional
 * `?versionId=…`. Undefined for every other URL, and for a presigned one, which carries its own permission.
 * @throws Error that says what is wrong with an address of S3 that names no object
 */
export function parseS3Url(text: string): S3Address | undefined {
  if (/^s3:/i.test(text)) return parseS3Scheme(text);
  const url = new URL(text);
  const host = s3Host.exec(url.hostname)?.groups;
  if (url.protocol !== "https:" || host === undefined || isPresigned(url)) return undefined;
  const path = url.pathname.slice(1).split("/");
  const bucket = host.bucket ?? decoded(path.shift() ?? "");
  const key = path.map(decoded).join("/");
  const versionId = url.searchParams.get("versionId") ?? undefined;
  return assertComplete({ bucket, key, versionId, region: host.region });
}

function parseS3Scheme(text: string): S3Address {
  const [, bucket = "", rest = ""] = /^s3:\/\/([^/?]*)\/?(.*)$/s.exec(text) ?? [];
  if (!text.startsWith("s3://")) throw new Error("must begin with s3:// in lower case");
  // S3's version ids are ready for a URL as they are; a key may hold a question mark of its own.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
  const [, key = rest, versionId] = /^(.*)\?versionId=([^?&]*)$/s.exec(rest) ?? [];
  return assertComplete({ bucket, key, versionId, region: undefined });
}

function assertComplete(address: S3Address): S3Address {
  if (address.bucket === "") throw new Error("names no bucket");
  if (address.key === "") throw new Error("names a bucket, but no key in it");
  if (address.versionId === "") throw new Error("has an empty versionId");
  return address;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error(`has a malformed percent escape in "${part}"; a percent sign itself is written %25`);
  }
}

function isPresigned(url: URL): boolean {
  return url.searchParams.has("X-Amz-Signature") || url.searchParams.has("Signature");
}
