import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { ofType, type Resource } from "../../local/program/resources";
import { roleOf } from "./judge/record";
import { operate } from "./operators";
import { events, failedEvents, toldOfExisting, undeliveredEvents } from "./eventStories";
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

/** What happens in the life of a stack, so that each role makes each call that it ever makes. */
export async function everydayLife(judged: JudgedStage, video: Buffer): Promise<void> {
  const { stage, cloud, record } = judged;
  const key = (name: string) => judged.key(name);
  const task = workerRole(cloud.resources);
  const has = (role: string, action: string) =>
    record.all.some(({ request }) => request.action === action && roleOf(request) === role);

  await toldOfExisting(judged);
  const elsewhere = cloud.videoKeys.prefixes.slice(1).map((prefix) => `${prefix}good.mp4`);
  await stage.upload([key("dir/good.mp4"), ...elsewhere], video);
  await stage.upload([key("nonsense.mp4")], Buffer.from("This is no video."));
  await stage.verdicts();
  await judged.rest();

  // SQS takes no failed job until the client has given up, so that the worker has the job's message shown again.
  judged.strike = ({ step }) => step === "before failed-jobs" && !has(task, "sqs:ChangeMessageVisibility");
  // The kernel ends ffmpeg, so that the worker sends the job again.
  stage.parts.decoding.kill("ffmpeg");
  await stage.upload([key("stubborn.mp4")], Buffer.from("This is no video either."));
  await stage.upload([key("unlucky.mp4")], video);
  await stage.verdicts([key("stubborn.mp4"), key("unlucky.mp4")]);
  judged.strike = () => false;
  await judged.rest();

  await lateJobs(judged);
  await failedEvents(judged);
  await undeliveredEvents(judged);
  await operations(judged);
}

/** Jobs and events of what is gone, and jobs that only superviseWorkers sees. */
async function lateJobs(judged: JudgedStage): Promise<void> {
  const { cloud, stage, record } = judged;
  const key = judged.key("gone.mp4");
  const job = { version: 1, bucket: cloud.bucket, key, eTag: "1", size: 1 };
  const MessageBody = JSON.stringify({ ...job, uploadedAt: new Date().toISOString() });
  const isSeen = () =>
    record.all.some(
      ({ request }) => request.action === "ecs:RunTask" && /-superviseWorkers-/.test(roleOf(request)),
    );
  cloud.notify(events.ofOutput(judged, "thumb/gone.png"));
  // A worker that is just about to end could take it.
  stage.hidesJobs = true;
  await cloud.clients.sqs.send(
    new SendMessageCommand({ QueueUrl: String(cloud.outputs["jobQueueUrl"]), MessageBody }),
  );
  await stage.until(isSeen);
  stage.hidesJobs = false;
  await stage.verdicts([key]);
}

/** Each of the operator's commands, as who may do that one and nothing else. */
async function operations(judged: JudgedStage): Promise<void> {
  const { cloud, stage, record } = judged;
  const good = judged.key("dir/good.mp4");
  await operate(cloud, "choose", good, "00:01");
  const task = workerRole(cloud.resources);
  const readsTags = () =>
    record.all.some(({ request }) => request.action === "s3:GetObjectTagging" && roleOf(request) === task);
  await stage.until(readsTags);
  await operate(cloud, "choose", good, "--undo");
  await operate(cloud, "choose", judged.key("never-there.mp4"), "--undo");
  await operate(cloud, "failed");
  await operate(cloud, "redrive", judged.key("stubborn.mp4"));
  await operate(cloud, "redrive", "--all", "--yes");
  await operate(cloud, "redrive --events", "--yes");
  await operate(cloud, "backfill", "--dry-run");
  const worker = heldWorker(judged);
  await operate(cloud, "backfill", "--remake", "--yes", "--rate", "100");
  await worker.holdsJob;
  await operate(cloud, "status");
  worker.letGo();
  await stage.verdicts();
  await judged.rest();
}

/** A worker that has a job in its hand until it is let go, so that a worker runs. */
function heldWorker(judged: JudgedStage): { holdsJob: Promise<void>; letGo: () => void } {
  let letGo = (): void => undefined;
  const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
  const holdsJob = new Promise<void>((resolve) => {
    judged.strike = async ({ step }) => {
      if (step !== "after receive") return false;
      resolve();
      await isLetGo;
      judged.strike = () => false;
      return false;
    };
  });
  return { holdsJob, letGo };
}

/** Videos that are deleted, with `removeThumbnails` and extras. */
export async function removals(judged: JudgedStage, video: Buffer): Promise<void> {
  const { stage, cloud } = judged;
  const { s3 } = cloud.clients;
  const { bucket: Outputs } = cloud.files;
  const key = (name: string) => judged.key(name);
  const made = (prefix: string, name: string) => `${prefix}${key(name)}`;
  const ofVideo = (name: string) => ({ "video-key": encodeURIComponent(key(name)) });
  const remove = (Key: string, Bucket = cloud.bucket) => s3.send(new DeleteObjectCommand({ Bucket, Key }));
  const put = (Key: string, Metadata: Record<string, string>) =>
    s3.send(new PutObjectCommand({ Bucket: Outputs, Key, Body: "a picture", Metadata }));

  await stage.upload([key("short-lived.mp4")], video);
  await stage.verdicts();
  // Until its job is done, the worker itself takes away the thumbnail of a video that is deleted.
  await judged.rest();
  await remove(key("short-lived.mp4"));
  // A worker has taken its picture when the video is deleted, and is before the Lambdas that would do the same.
  for (const name of ["onVideoRemoved", "onThumbnailCreated"]) judged.failing.add(name);
  judged.strike = async ({ step, key: inHand }) => {
    if (step === "before put" && inHand === key("overtaken.mp4")) await remove(inHand);
    return false;
  };
  await stage.upload([key("overtaken.mp4")], video);
  await stage.verdicts([key("overtaken.mp4")]);
  judged.strike = () => false;
  judged.failing.clear();
  // Thumbnails that came late: of a video that is gone, and of an earlier version of one.
  await put(made("thumb/", "orphan.png"), ofVideo("orphan.mp4"));
  await put(made("extras/", "orphan.mp4/manifest.json"), {});
  // What a worker made when the settings asked for it.
  await put(made("extras/", "dir/good.mp4/640.jpg"), {});
  await put(made("thumb/", "dir/good.png"), { ...ofVideo("dir/good.mp4"), "video-etag": "earlier" });
  await remove(made("thumb/", "dir/good.png"), Outputs);
  cloud.notify(events.ofRemoval(judged, "dir/good.mp4"));
  // A deletion that is told of late, when the video is there again with all that is made of it.
  cloud.notify(events.ofRemoval(judged, "unlucky.mp4"));
  await cloud.settled();
}

function workerRole(resources: Resource[]): string {
  const [definition] = ofType(resources, "awsx:ecs:FargateTaskDefinition");
  return definition?.inputs.taskRole?.roleArn ?? "";
}
