import { setTimeout } from "node:timers/promises";
import {
  NoSuchBucket,
  S3Client,
  type FilterRule,
  type NotificationConfiguration,
  type NotificationConfigurationFilter,
} from "@aws-sdk/client-s3";
import { shown } from "../../contract/shown";
import { UsageError, type Arguments } from "../arguments";
import {
  linesMissing,
  readNotifications,
  withEventBridge,
  writeNotifications,
  type Notifications,
  type XmlDocument,
} from "../bucket/notifications";
import { tellCalls } from "../calls";
import { findKeptCloud } from "../stack";
import { confirmed, type Terminal } from "../terminal";

/** What was done; the line of `--json`. */
interface Result {
  bucket: string;
  /** Whether S3 tells EventBridge now. */
  eventBridge: boolean;
  changed: boolean;
}

/** S3 may show what was before for a moment after it has taken something new. */
const pausesMs = [1000, 2000, 4000, 8000];

type Pause = (ms: number) => Promise<unknown>;

/**
 * Has S3 tell EventBridge of what happens in a bucket, and leaves everything else of its notifications as it is. They are
 * one document, which S3 takes whole and without conditions: it is read again right before it is written, and once more
 * afterwards. What others change within the moment between gets lost, which the command then tells.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-event-notifications-eventbridge.html
 */
export async function enableEvents(
  s3: S3Client,
  args: Arguments,
  terminal: Terminal,
  pause: Pause = setTimeout,
): Promise<number> {
  const bucket = args.outputs["bucketName"] ?? "";
  const found = await find(s3, bucket);
  if (found === undefined) {
    terminal.say(`There is no bucket ${shown(bucket)}.`);
    return 1;
  }
  if (found.configuration.EventBridgeConfiguration !== undefined) {
    report({ bucket, eventBridge: true, changed: false }, args, terminal);
    return 0;
  }
  const { configuration, wanted, sent } = await withEventBridge(s3, bucket, found);
  if (sent.text !== wanted.text) {
    const lost = linesMissing(sent, wanted);
    terminal.say(
      `The notifications of ${bucket} say what this command can not write again: ${listed(lost)}.`,
    );
    terminal.say(
      "Nothing was changed. S3's console can turn EventBridge on, too (Properties, Amazon EventBridge).",
    );
    return 1;
  }
  for (const line of present(bucket, found.configuration)) terminal.say(line);
  terminal.say("EventBridge will be told of all that happens in it besides (EventBridgeConfiguration).");
  if (!(await confirmed(terminal, args.yes, `Turn EventBridge on for the bucket ${bucket}?`))) return 1;
  if (terminal.interrupted.aborted) return 130;
  const { document } = (await find(s3, bucket)) ?? {};
  if (document?.text !== found.document.text) {
    terminal.say(
      `Somebody has changed the notifications of ${bucket} meanwhile. Nothing was changed; try again.`,
    );
    return 1;
  }
  await writeNotifications(s3, bucket, configuration);
  const problem = await problemAfter(s3, bucket, { before: document, wanted, pause });
  if (problem !== undefined) {
    terminal.say(problem);
    return 1;
  }
  report({ bucket, eventBridge: true, changed: true }, args, terminal);
  return 0;
}

/**
 * The client that the command line asks for.
 * @throws UsageError when nobody says in which region
 */
export async function connectS3({ outputs, local, outDirectory }: Arguments): Promise<S3Client> {
  const kept = local ? await findKeptCloud(outDirectory) : undefined;
  const given = outputs["region"] ?? (kept?.outputs["region"] as string | undefined);
  const s3 = new S3Client({
    ...(given !== undefined && { region: given }),
    ...(kept && { endpoint: kept.endpoints.s3, credentials: kept.credentials }),
    followRegionRedirects: true,
  });
  const region = await s3.config.region().catch(() => {
    throw new UsageError("No region is configured: say --region, such as --region eu-central-1.");
  });
  tellCalls(s3, "S3", { region });
  return s3;
}

/** Undefined when there is no such bucket. */
async function find(s3: S3Client, bucket: string): Promise<Notifications | undefined> {
  try {
    return await readNotifications(s3, bucket);
  } catch (error) {
    if (error instanceof NoSuchBucket || (error as Error).name === "NoSuchBucket") return undefined;
    throw error;
  }
}

/** Why what S3 has after the write is not what was to be written; undefined when it is. */
async function problemAfter(
  s3: S3Client,
  bucket: string,
  { before, wanted, pause }: { before: XmlDocument; wanted: XmlDocument; pause: Pause },
): Promise<string | undefined> {
  for (const pauseMs of [...pausesMs, undefined]) {
    const { document } = await readNotifications(s3, bucket);
    if (document.text === wanted.text) return undefined;
    if (document.text !== before.text)
      return (
        `The notifications of ${bucket} are not as they were written: somebody has changed them in the same moment. ` +
        `They lack: ${listed(linesMissing(document, wanted))}; and have besides: ` +
        `${listed(linesMissing(wanted, document))}. See to it that both changes stand.`
      );
    if (pauseMs !== undefined) await pause(pauseMs);
  }
  return `S3 has taken the notifications of ${bucket}, and does not show it yet. Look again: the same command says so.`;
}

function listed(lines: string[]): string {
  return lines.length === 0 ? "nothing" : lines.map((line) => shown(line)).join("; ");
}

/** Whom the bucket tells, in lines. */
function present(bucket: string, configuration: NotificationConfiguration): string[] {
  const { TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations } = configuration;
  const told = [
    ...(TopicConfigurations ?? []).map((one) => ({ ...one, arn: one.TopicArn })),
    ...(QueueConfigurations ?? []).map((one) => ({ ...one, arn: one.QueueArn })),
    ...(LambdaFunctionConfigurations ?? []).map((one) => ({ ...one, arn: one.LambdaFunctionArn })),
  ];
  if (told.length === 0) return [`The bucket ${bucket} tells nobody of what happens in it.`];
  return [
    `The bucket ${bucket} tells of what happens in it, which stays as it is:`,
    ...told.map(
      ({ arn = "", Events = [], Filter, Id = "" }) =>
        `  ${shown(arn)}: ${shown(Events.join(", "))}${keysOf(Filter)} (${shown(Id)})`,
    ),
  ];
}

function keysOf(filter: NotificationConfigurationFilter | undefined): string {
  const rules: FilterRule[] = filter?.Key?.FilterRules ?? [];
  const value = (name: string) => rules.find(({ Name }) => Name?.toLowerCase() === name)?.Value ?? "";
  return rules.length === 0 ? "" : ` of "${shown(`${value("prefix")}*${value("suffix")}`)}"`;
}

function report(result: Result, args: Arguments, terminal: Terminal): void {
  if (args.json) {
    terminal.printJson(result);
    return;
  }
  const { bucket, changed } = result;
  if (!changed) {
    terminal.print(`S3 tells EventBridge of the bucket ${bucket} already; nothing was changed.`);
    return;
  }
  terminal.print(`S3 tells EventBridge of what happens in the bucket ${bucket}; the rest is as it was.`);
  terminal.say("It may take about five minutes until it does so.");
}
