import assert from "node:assert/strict";
import { ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NotFound,
  S3Client,
} from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { onThumbnailCreated } from "../../handlers/onThumbnailCreated";
import { onVideoRemoved, settledFirst } from "../../handlers/onVideoRemoved";
import { onVideoUploaded } from "../../handlers/onVideoUploaded";
import { settlingEnvironment, tellingEnvironment } from "./environments";
import { createdRecord, eventByEventBridge, logOf, taggingRecord, workerEnvironment } from "./lambda";

const encoded = (key: string) => encodeURIComponent(key).replaceAll("%20", "+");

/** The same of an object's events, by each way that it comes. */
const ways = {
  "a notification": {
    created: (key: string, size = 1000) => ({ Records: [createdRecord(encoded(key), size)] }),
    tagged: (key: string, eTag?: string) => ({ Records: [taggingRecord(encoded(key), eTag)] }),
    removed: (key: string) => ({
      Records: [{ ...createdRecord(encoded(key)), eventName: "ObjectRemoved:Delete" }],
    }),
    time: "2026-01-02T03:04:05.678Z",
  },
  "an event by EventBridge": {
    created: (key: string, size = 1000) => eventByEventBridge("Object Created", key, { size }),
    tagged: (key: string, etag?: string) =>
      eventByEventBridge("Object Tags Added", key, etag === undefined ? {} : { etag }),
    removed: (key: string) => eventByEventBridge("Object Deleted", key),
    time: "2026-01-02T03:04:05Z",
  },
};

const strangeKeys = ["a+b%41.mp4", "100%.mp4", "a  b\u202egpj.mp4", `${"ä".repeat(510)}.mp4`];

for (const [way, { created, tagged, removed, time }] of Object.entries(ways)) {
  describe(`the Lambdas, told by ${way}`, () => {
    const clients = {
      ecs: new ECSClient({}),
      s3: new S3Client({}),
      sns: new SNSClient({}),
      sqs: new SQSClient({}),
    };
    const [ecs, s3, sns, sqs] = [
      mockClient(clients.ecs),
      mockClient(clients.s3),
      mockClient(clients.sns),
      mockClient(clients.sqs),
    ];
    const uploadEnvironment = { ...workerEnvironment, OUTPUT_PREFIX: "thumb/", EXTRAS_PREFIX: "extras/" };
    const uploaded = (event: unknown, env: Record<string, string> = {}) =>
      logOf(() => onVideoUploaded({ ...uploadEnvironment, ...env }, clients)(event));

    beforeEach(() => {
      for (const client of [ecs, s3, sns, sqs]) client.reset();
      sqs.on(GetQueueAttributesCommand).resolves({ Attributes: { ApproximateNumberOfMessages: "0" } });
      sqs.on(SendMessageCommand).resolves({});
      ecs.on(ListTasksCommand).rejects(new Error("not of interest here"));
      sns.on(PublishCommand).resolves({});
      s3.on(HeadObjectCommand).rejects(new NotFound({ message: "", $metadata: { httpStatusCode: 404 } }));
      s3.on(ListObjectsV2Command).resolves({ Contents: [] });
      s3.on(DeleteObjectCommand).resolves({});
    });

    const sentJobs = () =>
      sqs
        .commandCalls(SendMessageCommand)
        .map((call) => JSON.parse(call.args[0].input.MessageBody!) as Record<string, unknown>);
    const deletedKeys = () => s3.commandCalls(DeleteObjectCommand).map(({ args: [{ input }] }) => input.Key);

    it("queue the job of an upload, under its very key", async () => {
      for (const key of strangeKeys) {
        sqs.resetHistory();
        await uploaded(created(key, 4711));
        assert.deepEqual(sentJobs(), [
          { version: 1, bucket: "videos", key, eTag: "0123456789abcdef", size: 4711, uploadedAt: time },
        ]);
      }
    });

    it("queue the job of a change of tags, unless the object is empty", async () => {
      const log = await uploaded(tagged("cat.mp4"));
      const job = { version: 1, bucket: "videos", key: "cat.mp4", eTag: "0123456789abcdef", size: 1 };
      assert.deepEqual(sentJobs(), [{ ...job, uploadedAt: time, taggedAt: time }]);
      assert.match(log[0]!, /^\{"event":"job-queued-again","key":"cat\.mp4"\}$/);
      const ofEmpty = await uploaded(tagged("empty.mp4", "d41d8cd98f00b204e9800998ecf8427e"));
      assert.deepEqual(ofEmpty, ['{"event":"upload-ignored","key":"empty.mp4","reason":"empty object"}']);
    });

    it("ignore an empty object and what is under the outputs' prefixes, and say so", async () => {
      const ignored = [
        ...(await uploaded(created("cat.mp4", 0))),
        ...(await uploaded(created("thumb/cat.mp4"))),
        ...(await uploaded(created("extras/cat.mp4/x.mp4"))),
      ];
      const reasonOf = (line: string) => (JSON.parse(line) as { reason: string }).reason;
      assert.deepEqual(ignored.map(reasonOf), [
        "empty object",
        "under thumb/, where what is made of videos is",
        "under extras/, where what is made of videos is",
      ]);
      assert.deepEqual(sentJobs(), []);
    });

    it("ignore what is under none of the prefixes of videos, and say so", async () => {
      const env = { VIDEO_PREFIXES: "uploads/,in/films" };
      for (const key of ["uploads/a.mp4", "in/films-2026/a.mp4"]) await uploaded(created(key), env);
      assert.deepEqual(
        sentJobs().map(({ key }) => key),
        ["uploads/a.mp4", "in/films-2026/a.mp4"],
      );
      sqs.resetHistory();
      for (const key of ["a.mp4", "Uploads/a.mp4", "old/uploads/a.mp4", "uploads"]) {
        const log = await uploaded(created(key), env);
        const reason = "not under uploads/ or in/films, where videos are";
        assert.deepEqual(
          log.map((line) => JSON.parse(line) as object),
          [{ event: "upload-ignored", key, reason }],
        );
      }
      assert.match((await uploaded(created("thumb/a.mp4"), env)).join(), /under thumb\/, where what is made/);
      assert.deepEqual(sentJobs(), []);
      await uploaded(created("a.mp4"), { VIDEO_PREFIXES: "" });
      assert.equal(sentJobs().length, 1, "an empty variable is as good as none");
    });

    it("delete what was made of a video that is gone, of its very key", async () => {
      const env = { ...settlingEnvironment, VIDEO_PREFIXES: "uploads/" };
      const isTold = (key: string) => logOf(() => onVideoRemoved(env, clients)(removed(key)));
      s3.on(HeadObjectCommand, { Key: "thumb/uploads/a+b%41.png" }).resolves({
        ETag: '"1"',
        Metadata: { "video-key": encodeURIComponent("uploads/a+b%41.mp4") },
      });
      await isTold("uploads/a+b%41.mp4");
      assert.deepEqual(deletedKeys(), ["thumb/uploads/a+b%41.png"]);
      s3.resetHistory();
      for (const key of ["other/a.mp4", "thumb/a.mp4", "extras/a.mp4/b.mp4"]) await isTold(key);
      assert.equal(s3.calls().length, 0, "of what is no video nothing is looked at");
    });

    it("tell of a thumbnail, and log the event as it came", async () => {
      const event = created("thumb/a+b%41.png");
      s3.on(HeadObjectCommand, { Bucket: "videos", Key: "thumb/a+b%41.png" }).resolves({});
      const log = await logOf(() => onThumbnailCreated(tellingEnvironment, clients)(event));
      assert.deepEqual(JSON.parse(log[0]!), { event: "thumbnail-created", s3Event: event });
      assert.match(log[1]!, /thumb\/a%2Bb%2541\.png'\.$/);
      const [{ args: [{ input }] } = { args: [{ input: {} }] }] = sns.commandCalls(PublishCommand);
      const { bucket, key } = JSON.parse((input as { Message: string }).Message) as Record<string, string>;
      assert.deepEqual([bucket, key], ["videos", "thumb/a+b%41.png"]);
    });

    it("delete a thumbnail whose video is gone before they tell of it, and hand the event on", async () => {
      const event = created("thumb/a+b.png");
      s3.on(HeadObjectCommand, { Key: "thumb/a+b.png" }).resolves({
        ETag: '"1"',
        Metadata: { "video-key": "a%2Bb.mp4" },
      });
      const handed: unknown[] = [];
      const handle = (one: unknown) => Promise.resolve(void handed.push(one));
      await logOf(() => settledFirst(settlingEnvironment, handle, clients)(event));
      assert.deepEqual([deletedKeys(), handed], [["thumb/a+b.png"], [event]]);
    });
  });
}

describe("the Lambdas, given what is no event of S3's", () => {
  it("fail and show it, so that it is kept among the failed events", async () => {
    const clients = {
      ecs: new ECSClient({}),
      s3: new S3Client({}),
      sns: new SNSClient({}),
      sqs: new SQSClient({}),
    };
    const env = { ...workerEnvironment, ...settlingEnvironment, ...tellingEnvironment };
    const handlers = [
      onVideoUploaded(env, clients),
      onVideoRemoved(env, clients),
      onThumbnailCreated(env, clients),
      settledFirst(env, () => Promise.resolve(), clients),
    ];
    const hostile = [
      [{ "detail-type": "Object Created", source: "mine", detail: {} }, /neither a notification/],
      [
        eventByEventBridge("Object Restore Completed", "a.mp4"),
        /"a\.mp4" is not understood.*Restore Completed/,
      ],
      [eventByEventBridge("Object Created", ""), /names no object/],
      [{ Records: [{ ...createdRecord("a.mp4"), s3: null }] }, /1 of 1 records failed.*names no bucket/],
    ] as const;
    for (const handler of handlers)
      for (const [event, message] of hostile) await logOf(() => assert.rejects(handler(event), message));
  });
});
