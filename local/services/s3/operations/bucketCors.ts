import type { CorsRule } from "../pages/cors";
import { S3Error } from "../s3Error";
import { listOf, readXml, textOf, type Parsed } from "../xml";
import type { Answer, Call } from "./call";

export function getBucketCors({ bucket }: Call): Answer {
  if (bucket.cors.length === 0) throw new S3Error("NoSuchCORSConfiguration");
  return { xml: { CORSConfiguration: { CORSRule: bucket.cors.map((rule) => ({ ...rule })) } } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html */
export async function putBucketCors({ request, bucket }: Call): Promise<Answer> {
  const rules = listOf(await readXml(request, "CORSConfiguration"), "CORSRule").map(readRule);
  if (rules.length === 0) throw new S3Error("MalformedXML");
  bucket.cors = rules;
  return {};
}

export function deleteBucketCors({ bucket }: Call): Answer {
  bucket.cors = [];
  return { status: 204 };
}

function readRule(parsed: Parsed): CorsRule {
  const texts = (name: string) => [parsed[name] ?? []].flat().filter((item) => typeof item === "string");
  const rule = {
    ID: textOf(parsed, "ID"),
    AllowedOrigin: texts("AllowedOrigin"),
    AllowedMethod: texts("AllowedMethod"),
    AllowedHeader: texts("AllowedHeader"),
    ExposeHeader: texts("ExposeHeader"),
    MaxAgeSeconds: parsed["MaxAgeSeconds"] === undefined ? undefined : Number(parsed["MaxAgeSeconds"]),
  };
  const known = ["GET", "PUT", "POST", "DELETE", "HEAD"];
  const patterns = [...rule.AllowedOrigin, ...rule.AllowedHeader];
  const isWrong =
    rule.AllowedOrigin.length === 0 ||
    rule.AllowedMethod.length === 0 ||
    patterns.some((pattern) => pattern.split("*").length > 2);
  if (isWrong) throw new S3Error("MalformedXML");
  const method = rule.AllowedMethod.find((name) => !known.includes(name));
  if (method !== undefined)
    throw new S3Error(
      "InvalidRequest",
      {},
      `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`,
    );
  return rule;
}
