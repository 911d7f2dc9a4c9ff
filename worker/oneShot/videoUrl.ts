import { messageOf } from "../errors";
import { parseS3Url, type S3Address } from "./s3Url";

/** Where a video is that a task run by hand reads. */
export type VideoAddress =
  | ({ readonly kind: "s3" } & S3Address)
  | { readonly kind: "web"; readonly url: string; readonly key: string };

const allowed =
  "https://HOST/PATH, http://HOST/PATH or s3://BUCKET/KEY is allowed, for an object of S3 also with ?versionId=ID";

/**
 * Reads the URL of a video.
 * @throws Error that names the value, what is wrong with it, and what is allowed
 */
export function parseVideoUrl(text: string): VideoAddress {
  try {
    return read(text);
  } catch (error) {
    const shown = JSON.stringify(withoutSecrets(text));
    throw new Error(`is ${shown}, which ${messageOf(error)}: ${allowed}`, { cause: error });
  }
}

function read(text: string): VideoAddress {
  // Of a URL that is none, its own scheme still tells what was meant.
  const url = /^s3:/i.test(text) ? undefined : parseUrl(text);
  const address = parseS3Url(text);
  if (address !== undefined) return { kind: "s3", ...address };
  if (url?.protocol !== "http:" && url?.protocol !== "https:")
    throw new Error(`has the scheme ${url?.protocol.slice(0, -1) ?? ""}`);
  // https://fetch.spec.whatwg.org/#dom-request refuses those.
  if (url.username !== "" || url.password !== "") throw new Error("has a name or a password in it");
  return { kind: "web", url: text, key: url.pathname.slice(1) };
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new Error("is not a URL");
  }
}

/** A presigned URL is a permission to whoever reads it in a log, and a URL may have a password in it. */
function withoutSecrets(text: string): string {
  if (/^s3:/i.test(text)) return text;
  return text.replace(/\?.*$/s, "?…").replace(/(\/\/)[^/@]*@/, "$1…@");
}
