import assert from "node:assert/strict";
import { ECSClient, ListTasksCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { onVideoUploaded } from "../../handlers/onVideoUploaded";
import type { S3Event } from "aws-lambda";
import { createdEvent, createdRecord, logOf, taggingRecord, workerEnvironment } from "./lambda";

describe("onVideoUploaded", () => {
  const clients = { ecs: new ECSClient({}), sqs: new SQSClient({}) };
  const ecs = mockClient(clients.ecs);
  const sqs = mockClient(clients.sqs);
  const handler = onVideoUploaded(
    { ...workerEnvironment, OUTPUT_PREFIX: "thumb/", EXTRAS_PREFIX: "extras/" },
    clients,
  );

  beforeEach(() => {
    ecs.reset();
    sqs.reset();
    sqs.on(GetQueueAttributesCommand).resolves({ Attributes: { ApproximateNumberOfMessages: "0" } });
    sqs.on(SendMessageCommand).resolves({});
    ecs.on(ListTasksCommand).resolves({ taskArns: [] });
    ecs.on(RunTaskCommand).resolves({ tasks: [{}] });
  });

  const taggingEvent = (...records: object[]) => ({ Records: records }) as S3Event;
  const sentJobs = () =>
    sqs
      .commandCalls(SendMessageCommand)
      .map((call) => JSON.parse(call.args[0].input.MessageBody!) as Record<string, unknown>);

  it("sends one job for an upload and starts a worker", async () => {
    await logOf(() => handler(createdEvent(createdRecord("cat.mp4", 4711))));
    assert.deepEqual(sentJobs(), [
      {
        version: 1,
        bucket: "videos",
        key: "cat.mp4",
        eTag: "0123456789abcdef",
        size: 4711,
        uploadedAt: "2026-01-02T03:04:05.678Z",
      },
    ]);
    assert.equal(
      sqs.commandCalls(SendMessageCommand)[0]?.args[0].input.QueueUrl,
      workerEnvironment.JOB_QUEUE_URL,
    );
    assert.equal(ecs.commandCalls(RunTaskCommand).length, 1);
  });

  it("sends a job for a change of tags, which tells that it is none of an upload", async () => {
    const log = await logOf(() => handler(taggingEvent(taggingRecord("cat.mp4"))));
    assert.deepEqual(sentJobs(), [
      {
        version: 1,
        bucket: "videos",
        key: "cat.mp4",
        eTag: "0123456789abcdef",
        size: 1,
        uploadedAt: "2026-01-02T03:04:05.678Z",
        taggedAt: "2026-01-02T03:04:05.678Z",
      },
    ]);
    assert.equal(ecs.commandCalls(RunTaskCommand).length, 1);
    // The dashboard counts the others as uploads.
    assert.match(log.join("\n"), /"event":"job-queued-again","key":"cat\.mp4"/);
    assert.doesNotMatch(log.join("\n"), /"job-queued"/);
  });

  it("ignores tags of an empty object, and of what stands under thumb/", async () => {
    const empty = taggingRecord("dir/new.mp4", "d41d8cd98f00b204e9800998ecf8427e");
    const log = await logOf(() => handler(taggingEvent(empty, taggingRecord("thumb/cat.mp4"))));
    assert.deepEqual(sentJobs(), []);
    assert.match(log.join("\n"), /new\.mp4","reason":"empty object/);
  });

  it("decodes the key as S3 encodes it", async () => {
    await logOf(() => handler(createdEvent(createdRecord("dir/My+clip+%281%29+%2B+%C3%BC%22.mp4"))));
    assert.equal(sentJobs()[0]?.["key"], 'dir/My clip (1) + ü".mp4');
  });

  it("sends ASCII alone, since SQS refuses some characters that a key may hold", async () => {
    await logOf(() => handler(createdEvent(createdRecord("%EF%BF%BE+%F0%9F%90%88.mp4"))));
    assert.match(sqs.commandCalls(SendMessageCommand)[0]!.args[0].input.MessageBody!, /^[ -~]+$/);
    assert.equal(sentJobs()[0]?.["key"], "\uFFFE \u{1F408}.mp4");
  });

  it("ignores what stands under thumb/, and says so", async () => {
    const log = await logOf(() => handler(createdEvent(createdRecord("thumb/cat.mp4"))));
    assert.deepEqual(sentJobs(), []);
    assert.equal(ecs.calls().length, 0);
    assert.match(log.join("\n"), /upload-ignored.*thumb\/cat\.mp4/);
  });

  it("ignores an empty object, and says so", async () => {
    const log = await logOf(() => handler(createdEvent(createdRecord("dir/new.mp4", 0))));
    assert.deepEqual(sentJobs(), []);
    assert.match(log.join("\n"), /upload-ignored.*empty object/);
  });

  it("sends the jobs of the other records when one is bad, and fails so that the event comes again", async () => {
    const event = createdEvent(createdRecord("a.mp4"), createdRecord("%E0%A4%A.mp4"), createdRecord("b.mp4"));
    await logOf(() => assert.rejects(handler(event), /1 of 3 records failed.*%E0%A4%A\.mp4/));
    assert.deepEqual(
      sentJobs().map((job) => job["key"]),
      ["a.mp4", "b.mp4"],
    );
    assert.equal(ecs.commandCalls(RunTaskCommand).length, 1);
  });

  it("fails when a job cannot be sent", async () => {
    sqs.on(SendMessageCommand).rejects(new Error("SQS is down"));
    await logOf(() => assert.rejects(handler(createdEvent(createdRecord("a.mp4"))), /SQS is down/));
  });

  it("succeeds when the job is sent and ECS cannot be asked: a second try would only send it again", async () => {
    ecs.on(ListTasksCommand).rejects(new Error("Rate exceeded"));
    const log = await logOf(() => handler(createdEvent(createdRecord("a.mp4"))));
    assert.match(log.join("\n"), /workers-not-ensured.*Rate exceeded/);
  });
});
