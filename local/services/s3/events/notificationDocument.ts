import { parseXML } from "@aws-sdk/xml-builder";
import type { InputsByType } from "../../../program/resources";
import { overlapAmong, type Notification, type NotificationRule } from "./notificationRule";
import { S3Error } from "../s3Error";
import { listOf, textOf, toXml, type Elements, type Parsed } from "../xml";

/** What a bucket has before anyone puts another one. */
export const noNotification: Notification = {
  document: toXml({ NotificationConfiguration: {} }),
  rules: [],
  isOnEventBridge: false,
};

/** By the elements of the document, who is told. */
const subscribers = [
  ["CloudFunctionConfiguration", "CloudFunction", "function"],
  ["QueueConfiguration", "Queue", "queue"],
  ["TopicConfiguration", "Topic", "topic"],
] as const;

/**
 * Reads a notification configuration, which the bucket then keeps as it is.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 * @throws S3Error as S3 does: MalformedXML, or InvalidArgument for rules that overlap
 */
export function readNotification(document: string): Notification {
  const root = rootOf(document);
  const rules = subscribers.flatMap(([name, target, kind]) =>
    [root[name] ?? []].flat().map((configuration) => readRule(configuration, target, kind)),
  );
  const overlap = overlapAmong(rules);
  if (overlap !== undefined) {
    const [a, b] = overlap.map(({ prefix, suffix }) => `"${prefix}*${suffix}"`);
    throw new S3Error(
      "InvalidArgument",
      {},
      `S3 would refuse these notifications: the filters ${a ?? ""} and ${b ?? ""} overlap for the same event.`,
    );
  }
  return { document, rules, isOnEventBridge: "EventBridgeConfiguration" in root };
}

/** The same document of a notification that the program registered. Throws as {@link readNotification} does. */
export function registeredNotification({
  lambdaFunctions = [],
  eventbridge = false,
}: InputsByType["aws:s3/bucketNotification:BucketNotification"]): Notification {
  const CloudFunctionConfiguration = lambdaFunctions.map(
    ({ lambdaFunctionArn, events, filterPrefix, filterSuffix }): Elements => ({
      CloudFunction: lambdaFunctionArn,
      Event: events,
      Filter: {
        S3Key: {
          FilterRule: [
            ...(filterPrefix === undefined ? [] : [{ Name: "prefix", Value: filterPrefix }]),
            ...(filterSuffix === undefined ? [] : [{ Name: "suffix", Value: filterSuffix }]),
          ],
        },
      },
    }),
  );
  const EventBridgeConfiguration = eventbridge ? {} : undefined;
  return readNotification(
    toXml({ NotificationConfiguration: { CloudFunctionConfiguration, EventBridgeConfiguration } }),
  );
}

function rootOf(document: string): Parsed {
  try {
    const { NotificationConfiguration: root } = parseXML(document) as Parsed;
    if (root === "") return {};
    if (typeof root === "object" && !Array.isArray(root)) return root;
  } catch {
    // Not XML.
  }
  throw new S3Error("MalformedXML");
}

function readRule(
  configuration: Parsed | string,
  target: string,
  kind: NotificationRule["kind"],
): NotificationRule {
  if (typeof configuration === "string") throw new S3Error("MalformedXML");
  const arn = textOf(configuration, target);
  const events = [configuration["Event"] ?? []].flat().filter((event) => typeof event === "string");
  if (arn === undefined || events.length === 0) throw new S3Error("MalformedXML");
  const [filter = {}] = listOf(configuration, "Filter").flatMap((one) => listOf(one, "S3Key"));
  const valueOf = (name: string) => {
    const rule = listOf(filter, "FilterRule").find((one) => textOf(one, "Name")?.toLowerCase() === name);
    return (rule && textOf(rule, "Value")) ?? "";
  };
  return { kind, arn, events, prefix: valueOf("prefix"), suffix: valueOf("suffix") };
}
