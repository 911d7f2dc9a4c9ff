import { S3Error } from "../s3Error";
import { readXml, textOf } from "../xml";
import type { Answer, Call } from "./call";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export function headBucket({ bucket }: Call): Answer {
  return { headers: { "x-amz-bucket-region": bucket.region } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export function getBucketLocation({ bucket }: Call): Answer {
  const region = bucket.region === "us-east-1" ? "" : bucket.region;
  // Without the namespace, the SDK's client sees no text in the root.
  const body = `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${region}</LocationConstraint>`;
  return { body, headers: { "content-type": "application/xml" } };
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
