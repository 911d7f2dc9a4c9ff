import { createSign } from "node:crypto";
import { selfSigned } from "./selfSigned";
import type { SelfSigned } from "./selfSigned";

export const topicArn = "arn:aws:sns:eu-west-1:123456789012:thumbnailer-thumbnails-1a2b3c4";
export const certificateAddress =
  "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem";
/** The time of the tests. */
export const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const yearMs = 365 * 24 * 3600_000;

/** What SNS signs with. */
export const signer = selfSigned(new Date(nowMs - yearMs), new Date(nowMs + yearMs));
/** What somebody else does. */
export const otherSigner = selfSigned(new Date(nowMs - yearMs), new Date(nowMs + yearMs));

type Fields = Record<string, string>;

export function notification(message: string, more: Fields = {}): Fields {
  return signed({
    Type: "Notification",
    MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
    TopicArn: topicArn,
    Message: message,
    Timestamp: new Date(nowMs - 1000).toISOString(),
    ...more,
  });
}

export function confirmation(
  type: "SubscriptionConfirmation" | "UnsubscribeConfirmation",
  more: Fields = {},
): Fields {
  return signed({
    Type: type,
    MessageId: "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
    Token: "2336412f37",
    TopicArn: topicArn,
    Message: `You have chosen to subscribe to the topic ${topicArn}.`,
    SubscribeURL: `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=2336412f37`,
    Timestamp: new Date(nowMs - 1000).toISOString(),
    ...more,
  });
}

/**
 * As SNS's manual has the string to sign, written down apart from the example's own code.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
 */
export function signed(fields: Fields, { privateKey }: SelfSigned = signer): Fields {
  const { SignatureVersion = "2" } = fields;
  const isNotification = fields["Type"] === "Notification";
  let text = `Message\n${fields["Message"] ?? ""}\nMessageId\n${fields["MessageId"] ?? ""}\n`;
  if (isNotification && "Subject" in fields) text += `Subject\n${fields["Subject"] ?? ""}\n`;
  if (!isNotification) text += `SubscribeURL\n${fields["SubscribeURL"] ?? ""}\n`;
  text += `Timestamp\n${fields["Timestamp"] ?? ""}\n`;
  if (!isNotification) text += `Token\n${fields["Token"] ?? ""}\n`;
  text += `TopicArn\n${fields["TopicArn"] ?? ""}\nType\n${fields["Type"] ?? ""}\n`;
  const digest = SignatureVersion === "1" ? "RSA-SHA1" : "RSA-SHA256";
  const Signature = createSign(digest).update(text).sign(privateKey, "base64");
  return {
    ...fields,
    SignatureVersion,
    Signature,
    SigningCertURL: fields["SigningCertURL"] ?? certificateAddress,
  };
}
