import assert from "node:assert/strict";
import { UsageError } from "../../ops/arguments";
import { eventByEventBridge, failure, invocationRecord, job, Operator, undelivered } from "./operator";

describe("npm run ops: failures", () => {
  let operator: Operator;
  let failedJobs: string;
  let failedEvents: string;
  before(async () => {
    operator = await Operator.start();
    failedJobs = operator.stack.outputs.failedJobsQueueUrl;
    failedEvents = operator.stack.outputs.failedEventsQueueUrl;
  });
  after(() => operator.stop());
  beforeEach(() => operator.reset());

  async function jobsSent(): Promise<Record<string, unknown>[]> {
    const bodies = await operator.drain(operator.stack.outputs.jobQueueUrl);
    return bodies.map((body) => JSON.parse(body) as Record<string, unknown>);
  }

  describe("failed", () => {
    it("says so when nothing has failed", async () => {
      const { code, printed } = await operator.types("failed");
      assert.equal(code, 0);
      assert.equal(printed, "No failed job.\nNo failed event.\n");
    });

    it("lists key, reason, attempts and time, and what to do", async () => {
      await operator.send(failedJobs, failure("dir/my letter.mp4"));
      const { printed } = await operator.types("failed");
      assert.equal(
        printed,
        `1 failed job:

  dir/my letter.mp4
    reason    not a video: it is a text file
    attempts  2
    time      2026-01-01T00:01:00.000Z
    do        Upload a video, or leave it.

No failed event.

When the cause is mended: npm run ops -- redrive --all --local
`,
      );
    });

    it("knows a job that SQS put aside after the last try, and where to read why", async () => {
      await operator.send(failedJobs, job("heavy.mp4"));
      const { printed } = await operator.types("failed");
      assert.match(
        printed,
        /reason {4}failed at every try, at last because the worker ended; the workers' log says more\n {4}attempts {2}3/,
      );
      assert.match(printed, /The workers' log is in the terminal of the local run/);
    });

    it("lists a message that is no job", async () => {
      const reason = "not understood: the message is not JSON";
      await operator.send(failedJobs, { message: "hello", reason, attempts: 1, failedAt: "2026-01-01" });
      assert.match(
        (await operator.types("failed")).printed,
        /\(a message that is no job\)\n.*not understood/,
      );
    });

    it("lists events with the Lambda that failed on them, its error and their objects", async () => {
      await operator.send(failedEvents, invocationRecord("onVideoUploaded-1a", ["a b.mp4"]));
      const { printed } = await operator.types("failed");
      assert.match(printed, /1 failed event:\n\n {2}a b\.mp4\n {4}function {2}onVideoUploaded-1a\n/);
      assert.match(printed, /error {5}SQS is away\n {4}attempts {2}3\n/);
      assert.match(printed, /redrive --events --local/);
    });

    it("lists an event that EventBridge could not give to a Lambda, with the reason and the key as it is", async () => {
      await operator.sendUndelivered(eventByEventBridge("Object Created", "a+b%41.mp4"), undelivered);
      const [event] = (await operator.types("failed", "--json")).printed.trimEnd().split("\n");
      const { failedAt, ...told } = JSON.parse(event!) as { failedAt: string };
      assert.equal(new Date(failedAt).toISOString(), failedAt);
      assert.deepEqual(told, {
        type: "event",
        function: "onVideoUploaded-1a",
        error:
          "not delivered by EventBridge: NO_PERMISSIONS: not authorized to perform: lambda:InvokeFunction",
        attempts: null,
        keys: ["a+b%41.mp4"],
        event: eventByEventBridge("Object Created", "a+b%41.mp4"),
      });
      const { printed } = await operator.types("failed");
      assert.match(printed, /1 failed event:\n\n {2}a\+b%41\.mp4\n {4}function {2}onVideoUploaded-1a\n/);
    });

    it("asks SQS for what EventBridge tells with an event, which SQS gives to nobody else", async () => {
      const asked: unknown[] = [];
      operator.stack.sqs.middlewareStack.add(
        (next) => (call) => {
          if ("MessageAttributeNames" in call.input) asked.push(call.input.MessageAttributeNames);
          return next(call);
        },
        { step: "initialize", name: "asked" },
      );
      await operator.types("failed");
      operator.stack.sqs.middlewareStack.remove("asked");
      assert.deepEqual(asked, [["All"], ["All"]]);
    });

    it("counts the attempts where EventBridge tells its retries, and shows what it lacks as unknown", async () => {
      const event = eventByEventBridge("Object Deleted", "a\u202e.mp4");
      await operator.sendUndelivered(event, { ...undelivered, RETRY_ATTEMPTS: "185" });
      assert.match(
        (await operator.types("failed")).printed,
        /\n {2}a\\u\{202e\}\.mp4\n[^]*attempts {2}186\n/,
      );
      await operator.reset();
      for (const RETRY_ATTEMPTS of ["-1", "many", "1e3"])
        await operator.sendUndelivered(event, { RETRY_ATTEMPTS, TARGET_ARN: "arn" });
      const { printed } = await operator.types("failed");
      assert.match(
        printed,
        /function {2}unknown\n {4}error {5}not delivered by EventBridge: it does not say why\n/,
      );
      assert.equal(printed.match(/attempts {2}unknown/g)?.length, 3);
    });

    it("lists an event by EventBridge that a Lambda failed on", async () => {
      const requestPayload = eventByEventBridge("Object Tags Added", "a+b.mp4");
      await operator.send(failedEvents, { ...invocationRecord("onVideoUploaded-1a", []), requestPayload });
      const { printed } = await operator.types("failed");
      assert.match(
        printed,
        /\n {2}a\+b\.mp4\n {4}function {2}onVideoUploaded-1a\n {4}error {5}SQS is away\n/,
      );
    });

    it("shows what others wrote on its line, and tells programs exactly what it is", async () => {
      const key = "a\n\nWhen the cause is mended: npm run evil\u202e\u007f\u0085.mp4";
      const reason = "not a video: \u001b[2K\nNo failed job.";
      await operator.send(failedJobs, failure(key, reason));
      const { printed } = await operator.types("failed");
      assert.match(
        printed,
        /\n {2}a␊␊When the cause is mended: npm run evil\\u\{202e\}\\u\{7f\}\\u\{85\}\.mp4\n/,
      );
      assert.match(printed, /\n {4}reason {4}not a video: \\u\{1b\}\[2K␊No failed job\.\n/);
      assert.equal(printed.match(/^When the cause is mended/gm)?.length, 1);
      const json = (await operator.types("failed", "--json")).printed;
      assert.match(json, /^[ -~]+\n$/);
      const told = JSON.parse(json) as { key: string; reason: string };
      assert.deepEqual([told.key, told.reason], [key, reason]);
    });

    it("lists what is neither a job nor an event, whatever it is", async () => {
      const messages = [
        { key: 1, reason: {} },
        { requestPayload: { Records: [null, 2] } },
        "null",
        "[[]]",
        "{",
      ];
      for (const queue of [failedJobs, failedEvents]) await operator.send(queue, ...messages);
      const { code, printed } = await operator.types("failed");
      assert.equal(code, 0);
      assert.match(printed, /5 failed jobs:[^]*5 failed events:/);
    });

    it("changes nothing: every message of a long queue is listed once and is visible afterwards", async () => {
      const keys = Array.from({ length: 23 }, (_, index) => `${index}.mp4`);
      await operator.send(failedJobs, ...keys.map((key) => failure(key)));
      for (const time of ["first", "second"]) {
        const { printed } = await operator.types("failed", "--json");
        const listed = printed
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line) as { type: string; key: string });
        assert.deepEqual(listed.map(({ key }) => key).sort(), [...keys].sort(), time);
        assert.ok(listed.every(({ type }) => type === "job"));
        assert.deepEqual(await operator.depth(failedJobs), { visible: 23, hidden: 0 });
      }
    });
  });

  describe("redrive", () => {
    it("sends the job of one key back as it was, and leaves the others", async () => {
      await operator.send(failedJobs, failure("cat.mp4"), failure("dog.mp4"));
      const { code, printed, said, asked } = await operator.types("redrive", "dog.mp4");
      assert.equal(code, 0);
      assert.deepEqual(asked, []);
      assert.equal(printed, "1 job sent to the jobs queue.\n");
      assert.match(said, /A worker starts within a minute: npm run ops -- status --local/);
      const [{ requestedAt, ...sent } = {}, ...others] = await jobsSent();
      assert.deepEqual(sent, job("dog.mp4"));
      assert.ok(!Number.isNaN(Date.parse(String(requestedAt))));
      assert.deepEqual(others, []);
      assert.deepEqual(await operator.depth(failedJobs), { visible: 1, hidden: 0 });
    });

    it("has a job begin anew, with all its tries, whoever put it aside", async () => {
      const spent = { failures: 2, queuedAt: "2026-01-01T00:00:00.000Z" };
      for (const failedJob of [failure("cat.mp4"), job("cat.mp4")]) {
        await operator.send(failedJobs, { ...failedJob, ...spent });
        await operator.types("redrive", "cat.mp4");
        const [{ requestedAt, ...sent } = {}] = await jobsSent();
        assert.deepEqual(sent, job("cat.mp4"));
        assert.ok(requestedAt !== undefined);
      }
    });

    it("says which keys have no failed job", async () => {
      await operator.send(failedJobs, failure("cat.mp4"));
      const { code, said } = await operator.types("redrive", "cow.mp4");
      assert.equal(code, 1);
      assert.match(said, /There is no failed job of cow\.mp4\./);
      assert.deepEqual(await operator.depth(failedJobs), { visible: 1, hidden: 0 });
    });

    it("asks before it sends all, and does nothing without a yes", async () => {
      await operator.send(failedJobs, failure("cat.mp4"), job("dog.mp4"));
      operator.answer = false;
      const { code, asked, said } = await operator.types("redrive", "--all");
      assert.equal(code, 1);
      assert.deepEqual(asked, ["Send 2 failed jobs from failed-jobs to jobs (local run, us-east-1)?"]);
      assert.match(said, /Nothing was changed/);
      operator.answer = undefined;
      await assert.rejects(operator.types("redrive", "--all"), UsageError);
      assert.deepEqual(await operator.depth(failedJobs), { visible: 2, hidden: 0 });
      assert.deepEqual(await jobsSent(), []);
    });

    it("sends all with --yes", async () => {
      const keys = Array.from({ length: 12 }, (_, index) => `${index}.mp4`);
      await operator.send(failedJobs, ...keys.map((key) => failure(key)));
      const { asked, printed } = await operator.types("redrive", "--all", "--yes", "--json");
      assert.deepEqual(asked, []);
      assert.deepEqual(JSON.parse(printed), { sent: 12, missing: [], problems: [], needless: [] });
      assert.deepEqual((await operator.queuedKeys()).sort(), keys.sort());
      assert.deepEqual(await operator.depth(failedJobs), { visible: 0, hidden: 0 });
    });

    it("sends what is no job as it came", async () => {
      await operator.send(failedJobs, { message: "hello", reason: "not understood", attempts: 1 }, "{half");
      await operator.types("redrive", "--all");
      const bodies = await operator.drain(operator.stack.outputs.jobQueueUrl);
      assert.deepEqual(bodies.sort(), ["hello", "{half"]);
    });

    it("takes a key as it is shown", async () => {
      await operator.send(failedJobs, failure("a\nb.mp4"));
      await operator.types("redrive", "a␊b.mp4");
      assert.deepEqual(await operator.queuedKeys(), ["a\nb.mp4"]);
    });

    it("sends no job of another bucket, says so, and leaves it", async () => {
      const theirs = { ...failure("theirs.mp4"), bucket: "prod-videos" };
      const later = {
        message: JSON.stringify({ version: 2, bucket: "prod-videos" }),
        reason: "not understood: …",
      };
      await operator.send(failedJobs, theirs, failure("ours.mp4"), later);
      const { code, said } = await operator.types("redrive", "--all");
      assert.equal(code, 1);
      assert.match(said, /still among the failures: theirs\.mp4 is of bucket prod-videos, not videos\n/);
      assert.match(said, /still among the failures: a message is of bucket prod-videos/);
      assert.deepEqual(await operator.queuedKeys(), ["ours.mp4"]);
      assert.deepEqual(await operator.depth(failedJobs), { visible: 2, hidden: 0 });
      await operator.send(failedEvents, {
        ...invocationRecord("onVideoUploaded-1a", []),
        requestPayload: {
          Records: [
            {
              eventName: "ObjectCreated:Put",
              eventTime: "2026-01-01T00:00:00.000Z",
              s3: { bucket: { name: "prod-videos" }, object: { key: "theirs.mp4", size: 1 } },
            },
          ],
        },
      });
      assert.match(
        (await operator.types("redrive", "--events")).said,
        /theirs\.mp4 is in the bucket prod-videos/,
      );
      assert.deepEqual(await operator.depth(failedEvents), { visible: 1, hidden: 0 });
    });

    it("loses nothing when it is interrupted", async () => {
      const keys = Array.from({ length: 25 }, (_, index) => `${index}.mp4`);
      await operator.send(failedJobs, ...keys.map((key) => failure(key)));
      operator.interruptAfter("SendMessageBatchCommand");
      const { code } = await operator.types("redrive", "--all");
      assert.equal(code, 130);
      assert.deepEqual(await operator.depth(failedJobs), { visible: 15, hidden: 0 });
      assert.deepEqual(await operator.depth(operator.stack.outputs.jobQueueUrl), { visible: 10, hidden: 0 });
    });

    it("makes the jobs of uploads whose event failed", async () => {
      await operator.send(failedEvents, invocationRecord("onVideoUploaded-1a", ["a b.mp4", "c.mp4"]));
      const { asked } = await operator.types("redrive", "--events");
      assert.deepEqual(asked, [
        "Send the 2 jobs of 1 failed event from failed-events to jobs (local run, us-east-1)?",
      ]);
      const sent = (await jobsSent()).map(({ requestedAt, ...rest }) => [typeof requestedAt, rest]);
      assert.deepEqual(sent, [
        ["string", job("a b.mp4")],
        ["string", job("c.mp4")],
      ]);
      assert.deepEqual(await operator.depth(failedEvents), { visible: 0, hidden: 0 });
    });

    it("makes the job of a change of tags whose event failed, which does not keep what is there", async () => {
      const record = {
        eventName: "ObjectTagging:Put",
        eventTime: "2026-01-01T00:00:00.000Z",
        s3: { bucket: { name: "videos" }, object: { key: "a.mp4", eTag: "1" } },
      };
      const event = { ...invocationRecord("onVideoUploaded-1a", []), requestPayload: { Records: [record] } };
      await operator.send(failedEvents, event);
      await operator.types("redrive", "--events");
      const [{ requestedAt, ...sent } = {}] = await jobsSent();
      assert.equal(typeof requestedAt, "string");
      assert.deepEqual(sent, { ...job("a.mp4"), taggedAt: record.eventTime });
    });

    it("makes the jobs of S3's events by EventBridge, which it or a Lambda came to nothing with", async () => {
      const tagged = eventByEventBridge("Object Tags Added", "a+b%41.mp4");
      await operator.sendUndelivered(eventByEventBridge("Object Created", "c d.mp4"), undelivered);
      await operator.send(failedEvents, {
        ...invocationRecord("onVideoUploaded-1a", []),
        requestPayload: tagged,
      });
      const { code, said } = await operator.types("redrive", "--events");
      assert.equal(code, 0);
      assert.doesNotMatch(said, /No job, and deleted/);
      const sent = (await jobsSent()).map(({ requestedAt, ...rest }) => [typeof requestedAt, rest]);
      const uploadedAt = "2026-01-01T00:00:00Z";
      assert.deepEqual(
        sent.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
        [
          ["string", { ...job("a+b%41.mp4"), uploadedAt, taggedAt: uploadedAt }],
          ["string", { ...job("c d.mp4"), uploadedAt }],
        ],
      );
      assert.deepEqual(await operator.depth(failedEvents), { visible: 0, hidden: 0 });
    });

    it("makes no job of what is under no prefix of the stack's videos, or under the outputs'", async () => {
      operator.stack.outputs.videoPrefixes = ["uploads/"];
      operator.stack.outputs.outputBucketName = "pictures";
      for (const key of ["uploads/a.mp4", "b.mp4", "thumb/c.mp4"])
        await operator.sendUndelivered(eventByEventBridge("Object Created", key), undelivered);
      const { code, said } = await operator.types("redrive", "--events");
      assert.equal(code, 0);
      assert.match(said, /No job, and deleted: b\.mp4: not under uploads\/, where videos are\./);
      assert.match(
        said,
        /No job, and deleted: thumb\/c\.mp4: under thumb\/, where what is made of videos is\./,
      );
      assert.deepEqual(await operator.queuedKeys(), ["uploads/a.mp4"]);
    });

    it("makes the job of the video where an output is in a bucket of its own, and of nothing else there", async () => {
      operator.stack.outputs.outputBucketName = "pictures";
      operator.bucket.put("a.mp4", 1);
      operator.bucket.put("thumb/a.png", 2, { metadata: { "video-key": "a.mp4" } }, operator.bucket.pictures);
      await operator.sendUndelivered(
        eventByEventBridge("Object Created", "thumb/a.png", "pictures"),
        undelivered,
      );
      await operator.sendUndelivered(eventByEventBridge("Object Created", "x.mp4", "pictures"), undelivered);
      const { code, said } = await operator.types("redrive", "--events");
      assert.equal(code, 1);
      assert.match(said, /still among the failures: x\.mp4 is in the bucket pictures, not in videos\n/);
      const [{ bucket, key } = {}] = await jobsSent();
      assert.deepEqual([bucket, key], ["videos", "a.mp4"]);
    });

    it("leaves an event by EventBridge that nobody can read, and says why", async () => {
      await operator.sendUndelivered(eventByEventBridge("Object Restore Completed", "a.mp4"), undelivered);
      const { code, said } = await operator.types("redrive", "--events");
      assert.equal(code, 1);
      assert.match(said, /still among the failures: S3's event of "a\.mp4" is not understood: it tells of/);
      assert.deepEqual(await operator.depth(failedEvents), { visible: 1, hidden: 0 });
    });

    it("does what it can when one event is not to be read, and says which", async () => {
      const unreadable = invocationRecord("onVideoUploaded-1a", ["x"]);
      unreadable.requestPayload.Records[0]!.s3.object.key = "100%.mp4";
      await operator.send(failedEvents, unreadable, invocationRecord("onVideoUploaded-1a", ["good.mp4"]));
      assert.match((await operator.types("failed")).printed, /100%\.mp4/);
      const { code, said } = await operator.types("redrive", "--events");
      assert.equal(code, 1);
      assert.match(said, /Not sent, and still among the failures: .*"100%\.mp4" is not URL-encoded/);
      assert.deepEqual(await operator.queuedKeys(), ["good.mp4"]);
      assert.deepEqual(await operator.depth(failedEvents), { visible: 1, hidden: 0 });
    });

    it("has a thumbnail made again that nobody was told of", async () => {
      operator.bucket.put("cät.mp4", 1);
      operator.bucket.put("thumb/cät.png", 2, { metadata: { "video-key": encodeURIComponent("cät.mp4") } });
      await operator.send(failedEvents, invocationRecord("onThumbnailCreated-1a", ["thumb/cät.png"]));
      await operator.types("redrive", "--events");
      assert.deepEqual(await operator.queuedKeys(), ["cät.mp4"]);
      assert.deepEqual(await operator.depth(failedEvents), { visible: 0, hidden: 0 });
    });

    it("finds a video whose key is too long for its thumbnail's metadata by the thumbnail's own key", async () => {
      const long = "影".repeat(320);
      for (const [video, thumbnail] of [
        [`${long}.mp4`, `thumb/${long}.png`],
        [`${long}.mov`, `thumb/${long}.mov.png`],
      ] as const) {
        operator.bucket.put(video, 1);
        operator.bucket.put(thumbnail, 2);
        await operator.send(failedEvents, invocationRecord("onThumbnailCreated-1a", [thumbnail]));
        const { code } = await operator.types("redrive", "--events");
        assert.equal(code, 0);
        assert.deepEqual(await operator.queuedKeys(), [video]);
        assert.deepEqual(await operator.depth(failedEvents), { visible: 0, hidden: 0 });
      }
    });

    it("leaves the event of a thumbnail whose video is not to be found, and says so", async () => {
      const long = "影".repeat(320);
      operator.bucket.put(`thumb/${long}.png`, 2);
      operator.bucket.put("thumb/own.png", 2);
      operator.bucket.put("own.mp4", 1);
      operator.bucket.put("thumb/cat.png", 2, { metadata: { "video-key": "cat.mp4" } });
      for (const name of [long, "own", "cat"])
        await operator.send(failedEvents, invocationRecord("onThumbnailCreated-1a", [`thumb/${name}.png`]));
      const { code, said, printed } = await operator.types("redrive", "--events");
      assert.equal(code, 1);
      assert.match(printed, /No job sent/);
      assert.match(said, /still among the failures: thumb\/影+\.png names no video that could be made anew/);
      assert.match(said, /still among the failures: thumb\/own\.png names no video that could be made anew/);
      assert.match(said, /still among the failures: thumb\/cat\.png is of cat\.mp4, which is gone/);
      assert.deepEqual(await operator.depth(failedEvents), { visible: 3, hidden: 0 });
    });

    it("says which events need no job, and leaves what is no event", async () => {
      const scheduled = { "detail-type": "Scheduled Event" };
      await operator.send(
        failedEvents,
        invocationRecord("onThumbnailCreated-1a", ["thumb/gone.png"]),
        { ...invocationRecord("superviseWorkers-1a", []), requestPayload: scheduled },
        "{half",
      );
      const { code, printed } = await operator.types("redrive", "--events", "--json");
      assert.equal(code, 1);
      const { needless, problems } = JSON.parse(printed) as { needless: string[]; problems: string[] };
      assert.deepEqual(needless.sort(), [
        "an event of superviseWorkers-1a, which the next one makes up for",
        "thumb/gone.png is gone",
      ]);
      assert.deepEqual(problems, ["a message that is no event of S3's or EventBridge's"]);
      assert.deepEqual(await operator.depth(failedEvents), { visible: 1, hidden: 0 });
    });
  });
});
