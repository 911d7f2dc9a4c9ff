import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
  type S3Client,
} from "@aws-sdk/client-s3";
import { parseXML } from "@aws-sdk/xml-builder";

/** Whom a bucket tells of what happens in it: one document of S3's. */
export interface Notifications {
  /** As the SDK understands it. */
  configuration: NotificationConfiguration;
  /** As S3 has it. */
  document: XmlDocument;
}

/** What stands in a document's elements, in any order: S3 and the SDK have orders of their own. */
export interface XmlDocument {
  /** Two documents are the same if this is. */
  readonly text: string;
  /** `QueueConfiguration/Event = s3:ObjectCreated:*` for each text in it. */
  readonly lines: readonly string[];
}

/** What is read of the SDK's calls on their way: the document that is sent, or that came. */
interface Passing {
  request?: { body?: string | Uint8Array };
}
interface Arriving {
  response: { statusCode: number; body: AsyncIterable<Uint8Array> | Uint8Array };
}

/** Reads a bucket's notifications, also what the SDK does not know of them and would leave out. */
export async function readNotifications(s3: S3Client, bucket: string): Promise<Notifications> {
  let xml = "";
  const command = new GetBucketNotificationConfigurationCommand({ Bucket: bucket });
  command.middlewareStack.add(
    (next) => async (call) => {
      const arriving = (await next(call)) as unknown as Awaited<ReturnType<typeof next>> & Arriving;
      const chunks: Uint8Array[] = [];
      for await (const chunk of arriving.response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      arriving.response.body = body;
      xml = body.toString();
      return arriving;
    },
    // Next to S3 itself: what reads the answer into objects comes after it.
    { step: "deserialize", priority: "low" },
  );
  const found = await s3.send(command);
  const { TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations, EventBridgeConfiguration } =
    found;
  return {
    configuration: {
      TopicConfigurations,
      QueueConfigurations,
      LambdaFunctionConfigurations,
      EventBridgeConfiguration,
    },
    document: documentOf(xml),
  };
}

/**
 * What the SDK would send to have a bucket tell EventBridge besides, and the document that it is meant to be; nothing is
 * sent. Where the two differ, the SDK does not know all that the document says.
 */
export async function withEventBridge(
  s3: S3Client,
  bucket: string,
  { configuration, document }: Notifications,
): Promise<{ configuration: NotificationConfiguration; wanted: XmlDocument; sent: XmlDocument }> {
  const told = { ...configuration, EventBridgeConfiguration: {} };
  let body: string | Uint8Array = "";
  const command = new PutBucketNotificationConfigurationCommand({
    Bucket: bucket,
    NotificationConfiguration: told,
  });
  command.middlewareStack.add(
    () => (call) => {
      body = (call as Passing).request?.body ?? "";
      return Promise.resolve({ output: { $metadata: {} }, response: {} });
    },
    { step: "build", priority: "high" },
  );
  await s3.send(command);
  const root = JSON.parse(document.text) as Record<string, Value>;
  return {
    configuration: told,
    wanted: ordered({ ...root, EventBridgeConfiguration: "" }),
    sent: documentOf(Buffer.from(body).toString()),
  };
}

/**
 * Puts a bucket's notifications in place of those that there are, which is the only way. S3 is told to try no destination:
 * it would send a test event to each queue, topic and Lambda of others', and take nothing where one of them is gone, though
 * none of them is new.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 */
export async function writeNotifications(
  s3: S3Client,
  bucket: string,
  configuration: NotificationConfiguration,
): Promise<void> {
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: configuration,
      SkipDestinationValidation: true,
    }),
  );
}

/** The lines of a document that another one has not, each as often as it lacks it. */
export function linesMissing(from: XmlDocument, { lines }: XmlDocument): string[] {
  const left = [...from.lines];
  return lines.filter((line) => {
    const index = left.indexOf(line);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** An element's text, its elements by their names, or one for each time that it comes. */
type Value = string | Value[] | { [name: string]: Value };

function documentOf(xml: string): XmlDocument {
  const { NotificationConfiguration: root } = parseXML(xml) as Record<string, Value>;
  const fields = root instanceof Object && !Array.isArray(root) ? Object.entries(root) : [];
  return ordered(Object.fromEntries(fields.filter(([name]) => name !== "xmlns")));
}

function ordered(root: Record<string, Value>): XmlDocument {
  return { text: JSON.stringify(sorted(root)), lines: linesOf(root, "").sort() };
}

function sorted(value: Value): Value {
  if (typeof value === "string") return value;
  if (Array.isArray(value))
    return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const entries = Object.entries(value).map(([name, one]) => [name, sorted(one)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function linesOf(value: Value, path: string): string[] {
  if (typeof value === "string") return [value === "" ? path : `${path} = ${value}`];
  if (Array.isArray(value)) return value.flatMap((one) => linesOf(one, path));
  return Object.entries(value).flatMap(([name, one]) => linesOf(one, path === "" ? name : `${path}/${name}`));
}
