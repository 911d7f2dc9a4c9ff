import { S3Error } from "../s3Error";
import { readXml, textOf } from "../xml";
import type { Answer, Call } from "./call";

export function headBucket(): Answer {
  return {};
}

export function getBucketVersioning({ bucket }: Call): Answer {
  return { xml: { VersioningConfiguration: { Status: bucket.versioning } } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
export async function putBucketVersioning({ request, bucket }: Call): Promise<Answer> {
  const status = textOf(await readXml(request, "VersioningConfiguration"), "Status");
  if (status !== "Enabled" && status !== "Suspended") throw new S3Error("MalformedXML");
  bucket.versioning = status;
  return {};
}
