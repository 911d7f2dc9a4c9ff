import assert from "node:assert/strict";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { rightOf } from "../../console/reading/problems";
import { manifestOf } from "../ops/manifest";
import { failure, Operator } from "../ops/operator";
import { callsOf, TestConsole } from "./testConsole";

/** What a viewer needs, as docs/console.md lists it, each right with the first thing that is not shown without it. */
const ofViewers = {
  "sqs:GetQueueAttributes": "how many jobs and failures there are",
  "sqs:ReceiveMessage": "what failed",
  "sqs:ChangeMessageVisibility": "what failed, to whoever looks within ten minutes",
  "ecs:ListTasks": "workers",
  "ecs:DescribeTasks": "workers",
  "s3:ListBucket": "thumbnails",
  "s3:GetObject": "pictures, videos, and what is known of them",
  "s3:GetObjectTagging": "which frame was chosen",
  "cloudwatch:GetMetricData": "charts, and the oldest job's wait",
  "cloudwatch:DescribeAlarms": "alarms",
};

/** What whoever uploads, chooses and sends again needs besides. */
const ofOthers = {
  "s3:PutObject": "upload",
  "s3:ListMultipartUploadParts": "go on with an upload",
  "s3:AbortMultipartUpload": "cancel an upload",
  "s3:PutObjectTagging": "choose a frame",
  "s3:DeleteObjectTagging": "take a choice back",
  "sqs:SendMessage": "send again",
  "sqs:DeleteMessage": "send again",
};

/** Readings that are made once. */
const once = { followSeconds: 0.001, busySeconds: 3600, idleSeconds: 3600 };
const key = encodeURIComponent("a.mp4");

describe("the console: the rights that it needs", () => {
  let operator: Operator;
  let shown: TestConsole | undefined;
  before(async () => {
    operator = await Operator.start();
    const { stack, ecs } = operator;
    // Nobody answers there: what counts is what is asked for.
    const cloudWatch = new CloudWatchClient({
      ...{ region: "us-east-1", endpoint: "http://127.0.0.1:1", maxAttempts: 1 },
      credentials: { accessKeyId: "a", secretAccessKey: "a" },
    });
    Object.assign(stack, { cloudWatch });
    Object.assign(stack.outputs, { alarmTopicArn: "arn:aws:sns:us-east-1:1:alarms" });
    ecs.operations = { ListTasks: () => ({ taskArns: ["a"] }), DescribeTasks: () => ({ tasks: [] }) };
  });
  after(() => operator.stop());
  beforeEach(async () => {
    await operator.reset();
    operator.stack.outputs.extrasAskedFor = "storyboard";
    operator.bucket.put("a.mp4", 30, { tags: { "thumbnail-timestamp": "1" } });
    operator.bucket.put("thumb/a.png", 31, { metadata: { "video-key": key, "video-last-modified": "2026" } });
    const manifest = JSON.stringify(manifestOf("a.mp4", { askedFor: "storyboard" }));
    operator.bucket.put("extras/a.mp4/manifest.json", 32, { body: manifest });
    await operator.send(operator.stack.outputs.failedJobsQueueUrl, failure("b.mp4"), failure("a.mp4"));
    callsOf(operator.stack).reset();
  });
  afterEach(() => shown?.stop());

  const rightsAskedFor = () =>
    [...callsOf(operator.stack).askedFor].map((call) => rightOf(...(call.split(" ") as [string, string])));

  /** All that a page asks for, which changes nothing. */
  async function look(console: TestConsole): Promise<void> {
    const page = await console.opens();
    await Promise.all([page.until("status"), page.until("videos"), page.until("failures")]);
    for (const path of ["/api/stack", "/api/settings", `/api/video?key=${key}`, `/media/video?key=${key}`])
      assert.ok((await console.get(path)).status < 400, path);
    assert.equal((await console.get("/media/output?key=thumb/a.png")).status, 302);
    for (const path of ["/api/storyboard", "/api/storyboard.vtt"]) await console.get(`${path}?key=${key}`);
    assert.equal((await console.post("/api/thumbnails", { keys: ["a.mp4"] })).status, 200);
  }

  /** All that a page asks for to change something. */
  async function change(console: TestConsole): Promise<number[]> {
    const upload = { key: "c.mp4", uploadId: "1" };
    const parts = [{ PartNumber: 1, ETag: '"1"' }];
    const requests: [path: string, body: object][] = [
      ["/api/uploads/exists", { keys: ["a.mp4"] }],
      ["/api/uploads", { key: "c.mp4", bytes: 1, contentType: "video/mp4" }],
      ["/api/uploads/sign", { ...upload, partNumber: 1 }],
      ["/api/uploads/parts", upload],
      ["/api/uploads/complete", { ...upload, parts }],
      ["/api/uploads/abort", upload],
      ["/api/choose", { key: "a.mp4", timestamp: "00:00:02" }],
      ["/api/choose", { key: "a.mp4", timestamp: null }],
      ["/api/redrive", { selection: { keys: ["a.mp4"] } }],
    ];
    const statuses: number[] = [];
    for (const [path, body] of requests) statuses.push((await console.post(path, body)).status);
    return statuses;
  }

  it("are these where nothing is to be changed, and no more, whatever is asked of it", async () => {
    shown = await TestConsole.start(operator.stack, { ...once, isReadOnly: true });
    await look(shown);
    assert.deepEqual(
      await change(shown),
      Array.from({ length: 9 }, () => 403),
    );
    assert.deepEqual([...new Set(rightsAskedFor())].sort(), Object.keys(ofViewers).sort());
    assert.deepEqual(await operator.queuedKeys(), []);
  });

  it("are these besides where something is", async () => {
    shown = await TestConsole.start(operator.stack, once);
    await change(shown);
    const changing = rightsAskedFor().filter((right) => !(right in ofViewers));
    assert.deepEqual([...new Set(changing)].sort(), Object.keys(ofOthers).sort());
  });
});
