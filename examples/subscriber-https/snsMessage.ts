import { createVerify } from "node:crypto";

/** What SNS posts. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
export interface SnsMessage {
  readonly Type: "Notification" | "SubscriptionConfirmation" | "UnsubscribeConfirmation";
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Message: string;
  /** ISO 8601: when it was published, however often it has been delivered. */
  readonly Timestamp: string;
  readonly Subject?: string;
  readonly Token?: string;
  /** Getting it confirms the subscription. */
  readonly SubscribeURL?: string;
}

/** What came is not from SNS, or not from this topic. */
export class RefusedError extends Error {}

export interface Expected {
  readonly topicArn: string;
  /** The certificate's public key, as PEM, that is at an address of SNS's own. */
  readonly publicKeyAt: (address: string) => Promise<string>;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * SNS tries for an hour at most, and nobody's clock is quite right: what is older is somebody's who has recorded it.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
const oldestMs = 75 * 60_000;
const futureMs = 15 * 60_000;

const digests = new Map([
  ["1", "RSA-SHA1"],
  ["2", "RSA-SHA256"],
]);

const ofConfirmation = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

/** The fields that are signed, in their order, by the message's type; `Subject` where there is one. */
const signedFields = new Map([
  ["Notification", ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]],
  ["SubscriptionConfirmation", ofConfirmation],
  ["UnsubscribeConfirmation", ofConfirmation],
]);

/**
 * The message in this body, once it is certain that SNS has sent it for this topic, and not long ago. Of what it gives, only
 * fields that are signed. Throws RefusedError when it is anything else, and what `publicKeyAt` throws.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export async function verified(body: string, expected: Expected): Promise<SnsMessage> {
  const fields = textsIn(body);
  const names = signedFields.get(fields.get("Type") ?? "");
  if (names === undefined) throw new RefusedError(`SNS has no message of the type ${shown(fields, "Type")}`);
  const missing = names.find((name) => name !== "Subject" && !fields.has(name));
  if (missing !== undefined) throw new RefusedError(`it has no ${missing}`);
  if (fields.get("TopicArn") !== expected.topicArn)
    throw new RefusedError(`it is of the topic ${shown(fields, "TopicArn")}`);
  const ageMs = expected.nowMs - Date.parse(fields.get("Timestamp") ?? "");
  // An age that is no number is none of these, either.
  if (!(ageMs <= oldestMs && ageMs >= -futureMs))
    throw new RefusedError(`it is of another time: ${shown(fields, "Timestamp")}`);

  const digest = digests.get(fields.get("SignatureVersion") ?? "");
  if (digest === undefined)
    throw new RefusedError(`its SignatureVersion is ${shown(fields, "SignatureVersion")}, not 1 or 2`);
  const address = fields.get("SigningCertURL") ?? "";
  if (!isCertificateOf(expected.topicArn, address))
    throw new RefusedError(`SNS has no certificate at ${shown(fields, "SigningCertURL")}`);
  const signed = names
    .filter((name) => fields.has(name))
    .map((name) => `${name}\n${fields.get(name) ?? ""}\n`);
  const isRight = createVerify(digest)
    .update(signed.join(""))
    .verify(await expected.publicKeyAt(address), fields.get("Signature") ?? "", "base64");
  if (!isRight) throw new RefusedError("its signature is not SNS's");
  return Object.fromEntries(names.map((name) => [name, fields.get(name)])) as unknown as SnsMessage;
}

/** SNS's own address in the region of a topic; none of another region has anything to say of it. */
export function isAddressOfSns(topicArn: string, address: string): boolean {
  const [, partition, , region = ""] = topicArn.split(":");
  const domain = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return URL.canParse(address) && new URL(address).origin === `https://sns.${region}.${domain}`;
}

/** With any path or query, SNS's own API would answer with what somebody has had it store. */
function isCertificateOf(topicArn: string, address: string): boolean {
  return (
    isAddressOfSns(topicArn, address) &&
    /^https:\/\/[^/?#@]+\/SimpleNotificationService-[\w-]+\.pem$/.test(address)
  );
}

/** The fields of a JSON object that are texts; SNS's are. */
function textsIn(body: string): ReadonlyMap<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new RefusedError(
      "it is no JSON: the subscription must not have RawMessageDelivery, which signs nothing",
    );
  }
  if (typeof value !== "object" || value === null) throw new RefusedError("it is no JSON object");
  return new Map(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function shown(fields: ReadonlyMap<string, string>, name: string): string {
  return JSON.stringify(fields.get(name)?.slice(0, 200) ?? null);
}
