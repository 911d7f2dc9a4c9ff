import type { IncomingMessage } from "node:http";
import { namesIn, type S3Request } from "../request";
import { S3Error } from "../s3Error";

/** Which pages may call a bucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html */
export interface CorsRule {
  readonly ID?: string | undefined;
  /** With at most one `*`. */
  readonly AllowedOrigin: string[];
  readonly AllowedMethod: string[];
  readonly AllowedHeader: string[];
  readonly ExposeHeader: string[];
  readonly MaxAgeSeconds?: number | undefined;
}

type Buckets = ReadonlyMap<string, { readonly cors: readonly CorsRule[] }>;
type Asked = Pick<IncomingMessage, "method" | "url" | "headers">;

/** Whether a page may send this request, or ask with it whether it may: the rules of the bucket that it names say so. */
export function allowsPage(buckets: Buckets, request: Asked): boolean {
  return ruleFor(buckets, request) !== undefined;
}

/**
 * What the answer to a page's request tells the browser; nothing where no rule allows the page.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export function corsHeaders(buckets: Buckets, request: Asked): S3Request["answerHeaders"] {
  const { origin, "access-control-request-headers": asked } = request.headers;
  const rule = ruleFor(buckets, request);
  if (origin === undefined || rule === undefined) return {};
  const isForAll = rule.AllowedOrigin.includes("*");
  return {
    "access-control-allow-origin": isForAll ? "*" : origin,
    "access-control-allow-credentials": isForAll ? undefined : "true",
    "access-control-allow-methods": rule.AllowedMethod.join(", "),
    "access-control-allow-headers": asked,
    "access-control-expose-headers": rule.ExposeHeader.join(", ") || undefined,
    "access-control-max-age": rule.MaxAgeSeconds,
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}

/** The first rule that allows all that a page asks. */
function ruleFor(buckets: Buckets, { method, url = "", headers }: Asked): CorsRule | undefined {
  const {
    origin,
    "access-control-request-method": askedMethod,
    "access-control-request-headers": asked,
  } = headers;
  if (origin === undefined) return undefined;
  const wanted = method === "OPTIONS" ? askedMethod : method;
  const names = (asked ?? "").split(",").flatMap((name) => name.trim() || []);
  return rulesOf(buckets, url).find(
    (rule) =>
      rule.AllowedOrigin.some((pattern) => fits(pattern, origin)) &&
      rule.AllowedMethod.includes(wanted ?? "") &&
      names.every((name) =>
        rule.AllowedHeader.some((pattern) => fits(pattern.toLowerCase(), name.toLowerCase())),
      ),
  );
}

function rulesOf(buckets: Buckets, url: string): readonly CorsRule[] {
  try {
    return buckets.get(namesIn(url.split("?")[0] ?? "").bucketName)?.cors ?? [];
  } catch (error) {
    if (error instanceof S3Error) return [];
    throw error;
  }
}

function fits(pattern: string, text: string): boolean {
  const [start = "", end] = pattern.split("*");
  if (end === undefined) return pattern === text;
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}
