import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { ofType, type Resource } from "../../local/program/resources";
import { roleOf } from "./judge/record";
import { operate } from "./operators";
import type { JudgedStage } from "./judgedStage";

/** All settings that bring rights of roles with them, or take some away. */
export const everySetting = {
  removeThumbnails: "true",
  storyboard: "true",
  preview: "true",
  renditions: '["320.webp"]',
  spot: "true",
  alarmEmail: "you@example.com",
};

/** How often a worker's client of SQS asks before it gives up: worker/awsClients.ts. */
const clientTries = 4;

/** What happens in the life of a stack, so that each role makes each call that it ever makes. */
export async function everydayLife(judged: JudgedStage, video: Buffer): Promise<void> {
  const { stage } = judged;

  await stage.upload(["dir/good.mp4"], video);
  await stage.upload(["nonsense.mp4"], Buffer.from("This is no video."));
  await stage.verdicts();
  await judged.rest();

  // SQS takes no failed job until the client has given up once, so that the job's message is shown again.
  let refusals = 0;
  judged.strike = ({ step }) => step === "before failed-jobs" && (refusals += 1) <= clientTries;
  // The kernel ends ffmpeg, so that the worker sends the job again.
  stage.parts.decoding.kill("ffmpeg");
  await stage.upload(["stubborn.mp4"], Buffer.from("This is no video either."));
  await stage.upload(["unlucky.mp4"], video);
  await stage.verdicts(["stubborn.mp4", "unlucky.mp4"]);
  judged.strike = () => false;
  await judged.rest();

  await lateJobs(judged);
  await failedEvents(judged);
  await operations(judged);
}

/** Jobs and events of what is gone, and jobs that only superviseWorkers sees. */
async function lateJobs(judged: JudgedStage): Promise<void> {
  const { cloud, stage, record } = judged;
  const job = { version: 1, bucket: cloud.bucket, key: "gone.mp4", eTag: "1", size: 1 };
  const MessageBody = JSON.stringify({ ...job, uploadedAt: new Date().toISOString() });
  const isSeen = () =>
    record.all.some(
      ({ request }) => request.action === "ecs:RunTask" && /-superviseWorkers-/.test(roleOf(request)),
    );
  cloud.notify({ kind: "ObjectCreated:Put", bucket: cloud.bucket, key: "thumb/gone.png" });
  // A worker that is just about to end may take it.
  for (let tries = 0; tries < 3 && !isSeen(); tries++) {
    await judged.rest();
    await cloud.clients.sqs.send(
      new SendMessageCommand({ QueueUrl: String(cloud.outputs["jobQueueUrl"]), MessageBody }),
    );
    await stage.verdicts(["gone.mp4"]);
  }
}

/** Events on which each Lambda fails at every attempt, one of them of a thumbnail that somebody made by hand. */
async function failedEvents(judged: JudgedStage): Promise<void> {
  const { cloud, stage } = judged;
  const functions = ofType(cloud.resources, "aws:lambda/function:Function").map(({ name }) =>
    name.replace(/^thumbnailer-/, ""),
  );
  for (const name of functions) judged.failing.add(name);
  const event = (kind: "ObjectCreated:Put" | "ObjectRemoved:Delete", key: string) => {
    cloud.notify({ kind, bucket: cloud.bucket, key, sizeBytes: 1, eTag: "1" });
  };
  const byHand = { Bucket: cloud.bucket, Key: "thumb/by-hand.png", Body: "a picture" };
  await cloud.clients.s3.send(new PutObjectCommand(byHand));
  event("ObjectCreated:Put", "dir/good.mp4");
  event("ObjectCreated:Put", "thumb/dir/good.png");
  event("ObjectCreated:Put", "thumb/gone.png");
  if (functions.includes("onVideoRemoved")) event("ObjectRemoved:Delete", "gone.mp4");
  const told = () =>
    judged.record.all
      .filter(({ request }) => /:thumbnailer-failed-events-/.test(request.resource))
      .map(({ request }) => roleOf(request));
  // superviseWorkers fails by itself, with each minute.
  await stage.until(() => new Set(told()).size === functions.length);
  await stage.until(async () => (await judged.visible("failedEventsQueueUrl")) > functions.length);
  judged.failing.clear();
}

/** Each of the operator's commands, as who may do that one and nothing else. */
async function operations(judged: JudgedStage): Promise<void> {
  const { cloud, stage, record } = judged;
  await operate(cloud, "choose", "dir/good.mp4", "00:01");
  const task = workerRole(cloud.resources);
  const readsTags = () =>
    record.all.some(({ request }) => request.action === "s3:GetObjectTagging" && roleOf(request) === task);
  await stage.until(readsTags);
  await operate(cloud, "choose", "dir/good.mp4", "--undo");
  await operate(cloud, "choose", "never-there.mp4", "--undo");
  await operate(cloud, "failed");
  await operate(cloud, "redrive", "stubborn.mp4");
  await operate(cloud, "redrive", "--all", "--yes");
  await operate(cloud, "redrive --events", "--yes");
  await operate(cloud, "backfill", "--dry-run");
  await operate(cloud, "backfill", "--remake", "--yes", "--rate", "100");
  await stage.until(() => stage.runningTasks() > 0);
  await operate(cloud, "status");
  await stage.verdicts();
  await judged.rest();
}

/** Videos that are deleted, with `removeThumbnails` and extras. */
export async function removals(judged: JudgedStage, video: Buffer): Promise<void> {
  const { stage, cloud } = judged;
  const { s3 } = cloud.clients;
  const remove = (Key: string) => s3.send(new DeleteObjectCommand({ Bucket: cloud.bucket, Key }));
  const put = (Key: string, Metadata: Record<string, string>) =>
    s3.send(new PutObjectCommand({ Bucket: cloud.bucket, Key, Body: "a picture", Metadata }));

  await stage.upload(["short-lived.mp4"], video);
  await stage.verdicts();
  // Until its job is done, the worker itself takes away the thumbnail of a video that is deleted.
  await judged.rest();
  await remove("short-lived.mp4");
  // A worker has taken its picture when the video is deleted, and is before the Lambdas that would do the same.
  for (const name of ["onVideoRemoved", "onThumbnailCreated"]) judged.failing.add(name);
  judged.strike = async ({ step, key }) => {
    if (step === "before put" && key === "overtaken.mp4") await remove(key);
    return false;
  };
  await stage.upload(["overtaken.mp4"], video);
  await stage.verdicts(["overtaken.mp4"]);
  judged.strike = () => false;
  judged.failing.clear();
  // Thumbnails that came late: of a video that is gone, and of an earlier version of one.
  await put("thumb/orphan.png", { "video-key": "orphan.mp4" });
  await put("extras/orphan.mp4/manifest.json", {});
  // What a worker made when the settings asked for it.
  await put("extras/dir/good.mp4/640.jpg", {});
  await put("thumb/dir/good.png", { "video-key": "dir%2Fgood.mp4", "video-etag": "earlier" });
  await remove("thumb/dir/good.png");
  cloud.notify({ kind: "ObjectRemoved:Delete", bucket: cloud.bucket, key: "dir/good.mp4" });
  // A deletion that is told of late, when the video is there again with all that is made of it.
  cloud.notify({ kind: "ObjectRemoved:Delete", bucket: cloud.bucket, key: "unlucky.mp4" });
  await cloud.settled();
}

function workerRole(resources: Resource[]): string {
  const [definition] = ofType(resources, "awsx:ecs:FargateTaskDefinition");
  return definition?.inputs.taskRole?.roleArn ?? "";
}
