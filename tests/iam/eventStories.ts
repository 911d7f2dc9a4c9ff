import assert from "node:assert/strict";
import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { ofType } from "../../local/program/resources";
import type { ObjectEvent } from "../../local/services/s3/s3";
import { readFailedEvent } from "../../ops/queues/failedEvent";
import { roleOf } from "./judge/record";
import { operate } from "./operators";
import type { JudgedStage } from "./judgedStage";

const created = (bucket: string, key: string): ObjectEvent => ({
  ...{ kind: "ObjectCreated:Put", bucket, key },
  ...{ sizeBytes: 1, eTag: "1" },
});

/** What S3 tells of objects, whether there are such or not. */
export const events = {
  ofUpload: (judged: JudgedStage, name: string) => created(judged.cloud.bucket, judged.key(name)),
  ofRemoval: (judged: JudgedStage, name: string): ObjectEvent => ({
    ...{ kind: "ObjectRemoved:Delete", bucket: judged.cloud.bucket, key: judged.key(name) },
  }),
  ofOutput: (judged: JudgedStage, key: string) => created(judged.cloud.files.bucket, key),
};

/** Existing buckets tell EventBridge nothing until an operator has them do it. */
export async function toldOfExisting(judged: JudgedStage): Promise<void> {
  const { cloud } = judged;
  const { s3 } = cloud.clients;
  for (const existing of cloud.existing) {
    const Bucket = existing.name;
    const { TopicConfigurations, QueueConfigurations } = await s3.send(
      new GetBucketNotificationConfigurationCommand({ Bucket }),
    );
    const NotificationConfiguration = { TopicConfigurations, QueueConfigurations };
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
    await operate(cloud, "enable-events", "--bucket", Bucket, "--yes");
  }
}

/**
 * Events on which each Lambda fails at every attempt, also of a thumbnail that somebody made by hand, and of one whose
 * video is gone.
 */
export async function failedEvents(judged: JudgedStage): Promise<void> {
  const { cloud, stage } = judged;
  const functions = ofType(cloud.resources, "aws:lambda/function:Function").map(({ name }) =>
    name.replace(/^thumbnailer-/, ""),
  );
  for (const name of functions) judged.failing.add(name);
  const Bucket = cloud.files.bucket;
  const ofGone = { "video-key": encodeURIComponent(judged.key("gone.mp4")) };
  const stored = { "thumb/by-hand.png": {}, "thumb/left.png": ofGone };
  for (const [Key, Metadata] of Object.entries(stored))
    await cloud.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: "a picture", Metadata }));
  const all = [
    events.ofUpload(judged, "dir/good.mp4"),
    events.ofOutput(judged, `thumb/${judged.key("dir/good.png")}`),
    events.ofOutput(judged, "thumb/gone.png"),
    ...(cloud.files.hasExtras
      ? [events.ofOutput(judged, `extras/${judged.key("dir/good.mp4")}/manifest.json`)]
      : []),
    ...(functions.includes("onVideoRemoved") ? [events.ofRemoval(judged, "gone.mp4")] : []),
  ];
  for (const event of all) cloud.notify(event);
  const keys = [...Object.keys(stored), ...all.map(({ key }) => key)];
  await stage.until(async () => {
    const messages = await stage.messagesIn("failedEventsQueueUrl");
    const failed = messages.flatMap(
      ({ body, messageId }) => readFailedEvent({ Body: body, MessageId: messageId, ReceiptHandle: "" }).keys,
    );
    return keys.every((key) => failed.includes(key));
  });
  // superviseWorkers fails by itself, with each minute.
  const told = () => toldFailedEvents(judged).map(roleOf);
  await stage.until(() => new Set(told()).size === functions.length);
  judged.failing.clear();
}

/** An event of each rule of existing buckets that EventBridge can not give to its Lambda. */
export async function undeliveredEvents(judged: JudgedStage): Promise<void> {
  const { cloud, stage } = judged;
  const targets = ofType(cloud.resources, "aws:cloudwatch/eventTarget:EventTarget").filter(
    ({ inputs }) => inputs.deadLetterConfig !== undefined,
  );
  const functions = targets.map(({ name }) => name.replace(/^thumbnailer-/, ""));
  const ofFunction: Record<string, ObjectEvent> = {
    onVideoUploaded: events.ofUpload(judged, "dir/good.mp4"),
    onVideoRemoved: events.ofRemoval(judged, "gone.mp4"),
    onThumbnailCreated: events.ofOutput(judged, `thumb/${judged.key("dir/good.png")}`),
  };
  const before = await judged.visible("failedEventsQueueUrl");
  for (const name of functions) {
    const event = ofFunction[name];
    assert.ok(event, `No story tells of an event for ${name}.`);
    judged.unreachable.add(name);
    cloud.notify(event);
  }
  const rules = () =>
    new Set(
      toldFailedEvents(judged)
        .filter(({ principal }) => principal === "events.amazonaws.com")
        .map(({ context }) => context["aws:SourceArn"]),
    );
  await stage.until(() => rules().size === functions.length);
  await stage.until(async () => (await judged.visible("failedEventsQueueUrl")) >= before + functions.length);
  judged.unreachable.clear();
}

function toldFailedEvents({ record }: JudgedStage) {
  return record.all
    .map(({ request }) => request)
    .filter(({ resource }) => /:thumbnailer-failed-events-/.test(resource));
}
