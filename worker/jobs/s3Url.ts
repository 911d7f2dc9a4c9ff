/** An object in S3, as a URL names it. */
export interface S3Address {
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
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
 * Reads `s3://bucket/key` and the https addresses of S3, virtual-hosted and path style
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html). Undefined for every other URL, and
 * for a presigned one, which carries its own permission.
 */
export function parseS3Url(text: string): S3Address | undefined {
  const asS3 = /^s3:\/\/([^/]+)\/(.+)$/s.exec(text);
  if (asS3?.[1] !== undefined && asS3[2] !== undefined) {
    return { bucket: asS3[1], key: asS3[2], region: undefined };
  }
  const url = new URL(text);
  const host = s3Host.exec(url.hostname)?.groups;
  if (url.protocol !== "https:" || host === undefined || isPresigned(url)) return undefined;
  const path = url.pathname.slice(1).split("/");
  const bucket = host.bucket ?? decodeURIComponent(path.shift() ?? "");
  const key = path.map(decodeURIComponent).join("/");
  return bucket === "" || key === "" ? undefined : { bucket, key, region: host.region };
}

function isPresigned(url: URL): boolean {
  return url.searchParams.has("X-Amz-Signature") || url.searchParams.has("Signature");
}
