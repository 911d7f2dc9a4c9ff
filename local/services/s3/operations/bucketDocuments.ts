import { noNotification, readNotification } from "../events/notificationDocument";
import { S3Error } from "../s3Error";
import { readText, toXml } from "../xml";
import type { Answer, Call, Operation } from "./call";

/** A document that a bucket keeps as it is put, and gives as it is kept. */
interface Kind {
  /** Of what nobody has put: the error, or the document that there is all the same. */
  missing: ConstructorParameters<typeof S3Error>[0] | { document: string };
  /** What a PUT is answered with. */
  putStatus: 200 | 204;
  type?: string;
}

/** S3 encrypts by its own keys what it is told nothing of. https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html */
const defaultEncryption = toXml({
  ServerSideEncryptionConfiguration: {
    Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false },
  },
});

/** By the parameter that names it. */
const kinds: Readonly<Record<string, Kind>> = {
  policy: { missing: "NoSuchBucketPolicy", putStatus: 204, type: "application/json" },
  encryption: { missing: { document: defaultEncryption }, putStatus: 200 },
  lifecycle: { missing: "NoSuchLifecycleConfiguration", putStatus: 200 },
  publicAccessBlock: { missing: "NoSuchPublicAccessBlockConfiguration", putStatus: 200 },
  tagging: { missing: "NoSuchTagSet", putStatus: 204 },
};

/** GET, PUT and DELETE of each kind, and of the notification configuration, whose rules are heeded. */
export const documentOperations: Readonly<Record<string, Operation>> = Object.fromEntries([
  ...Object.entries(kinds).flatMap(([name, kind]): [string, Operation][] => [
    [`GET ${name}`, ({ bucket }) => given(bucket.documents.get(name), kind)],
    [`PUT ${name}`, (call) => put(call, name, kind)],
    [
      `DELETE ${name}`,
      ({ bucket }) => {
        bucket.documents.delete(name);
        return { status: 204 };
      },
    ],
  ]),
  ["GET notification", ({ bucket }: Call) => xml(bucket.notification.document)],
  ["PUT notification", putNotification],
]);

async function put({ request, bucket }: Call, name: string, { putStatus }: Kind): Promise<Answer> {
  bucket.documents.set(name, await readText(request));
  return { status: putStatus };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html */
async function putNotification({ request, bucket }: Call): Promise<Answer> {
  const document = await readText(request);
  bucket.notification = document === "" ? noNotification : readNotification(document);
  return {};
}

function given(document: string | undefined, { missing, type }: Kind): Answer {
  if (document === undefined && typeof missing === "string") throw new S3Error(missing);
  const text = document ?? (typeof missing === "string" ? "" : missing.document);
  return xml(text, type);
}

function xml(body: string, type = "application/xml"): Answer {
  return { body, headers: { "content-type": type } };
}
