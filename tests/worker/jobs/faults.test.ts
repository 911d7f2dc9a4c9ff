import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { PurgeQueueCommand } from "@aws-sdk/client-sqs";
import { readEnvironment } from "../../../worker/environment";
import type { WorkerLogEvent } from "../../../contract/workerLog";
import { BackOff } from "../../../worker/jobs/backOff";
import { runQueueWorker } from "../../../worker/jobs/queueWorker";
import type { SeenRequest } from "../aws";
import { LocalAws } from "../aws";
import { frameNumber, numberedVideo } from "../videos";
import { VideoFolder } from "../../../testkit/videoFolder";

const dayMs = 24 * 3600_000;

describe("worker: trouble that is not the job's", () => {
  const environmentBefore = { ...process.env };
  let aws: LocalAws;
  let folder: VideoFolder;
  let video: Buffer;
  before(async () => {
    aws = await LocalAws.start();
    Object.assign(process.env, aws.variables, { AWS_MAX_ATTEMPTS: "1" });
    folder = await VideoFolder.create();
    // Noise compresses badly: some requests long, with its index at its end.
    const encode = ["-vf", "noise=alls=40:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25"];
    await numberedVideo(folder.file("video.mp4"), { frames: 100, encode: [...encode, "-qp", "4"] });
    video = await folder.read("video.mp4");
  });
  after(async () => {
    process.env = environmentBefore;
    await aws.stop();
    await folder.remove();
  });
  beforeEach(async () => {
    aws.intercept = () => false;
    for (const QueueUrl of [aws.jobQueueUrl, aws.failedJobsQueueUrl])
      await aws.sqs.send(new PurgeQueueCommand({ QueueUrl }));
    aws.seen.length = 0;
  });

  /** Runs a worker that may not fail a single time until the queue is empty, and gives what it told. */
  async function work(variables: Record<string, string> = {}): Promise<WorkerLogEvent[]> {
    const log: WorkerLogEvent[] = [];
    const environment = readEnvironment({
      ...process.env,
      WORKER_IDLE_SECONDS: "0",
      BACK_OFF_SECONDS: "0",
      MAX_TRIES: "1",
      ...variables,
    });
    assert.equal(environment.mode, "queue");
    await runQueueWorker(environment, (event) => log.push(event), new AbortController().signal);
    return log;
  }

  const events = (log: readonly WorkerLogEvent[]) => log.map(({ event }) => event);
  const calls = (target: string) => aws.seen.filter((request) => request.target === target).length;

  /** Lets `answer` answer the first `times` requests that match. */
  function troubled(
    matches: (request: SeenRequest) => boolean,
    times: number,
    answer: (response: ServerResponse) => void,
  ): void {
    let left = times;
    aws.seen.length = 0;
    aws.intercept = (request, response) => {
      if (left === 0 || !matches(request)) return false;
      left -= 1;
      answer(response);
      return true;
    };
  }

  const isRead = ({ method }: SeenRequest) => method === "GET";
  const isLaterRead = ({ method, range }: SeenRequest) =>
    method === "GET" && !(range ?? "").startsWith("bytes=0-");
  const isWrite = ({ method }: SeenRequest) => method === "PUT";
  const status = (code: number) => (response: ServerResponse) => {
    response.writeHead(code).end();
  };
  const error = (code: number, name: string) => (response: ServerResponse) => {
    response
      .writeHead(code, { "content-type": "application/xml" })
      .end(`<Error><Code>${name}</Code><Message>${name}</Message></Error>`);
  };
  const silence = () => undefined;
  const hangUp = (response: ServerResponse) => {
    response.destroy();
  };

  describe("costs it time and no try: the worker keeps it in hand and does it when the trouble is over", () => {
    const troubles: [what: string, matches: typeof isRead, times: number, answer: typeof hangUp][] = [
      ["S3 cannot be read", isRead, 2, status(500)],
      ["S3 wants less of everybody", isRead, 2, error(503, "SlowDown")],
      ["S3 fails in the middle of the video, whatever ffmpeg makes of the rest", isLaterRead, 1, status(503)],
      ["S3 does not answer", isRead, 3, silence],
      ["S3's connections break", isRead, 3, hangUp],
      ["the worker's clock is wrong for a while", isRead, 1, error(403, "RequestTimeTooSkewed")],
      ["the thumbnail can not be stored", isWrite, 2, status(500)],
      ["S3 says nothing to the thumbnail", isWrite, 1, silence],
    ];
    for (const [what, matches, times, answer] of troubles) {
      it(`when ${what}`, async () => {
        await aws.upload("a.mp4", video);
        await aws.sendJob("a.mp4");
        troubled(matches, times, answer);
        const log = await work({ ANSWER_TIMEOUT_SECONDS: "0.5" });
        const [first, second] = events(log);
        assert.deepEqual([first, second], ["job-started", "job-waits"]);
        assert.ok(events(log).includes("thumbnail-stored"), JSON.stringify(log));
        assert.equal(events(log).filter((event) => event === "job-started").length, 1, JSON.stringify(log));
        assert.equal(calls("SendMessage"), 0);
        assert.deepEqual(aws.jobsLeft(), { visible: 0, hidden: 0 });
      });
    }
  });

  it("that lasts longer has the job given back as it was, with no try spent and its age kept", async () => {
    await aws.upload("later.mp4", video);
    await aws.sendJob("later.mp4");
    troubled(isRead, 13, status(500));
    const log = await work();
    assert.deepEqual(
      events(log).filter((event) => event !== "job-waits"),
      ["job-started", "job-returned", "job-started", "thumbnail-stored", "worker-idle"],
    );
    const [sent] = aws.seen.filter(({ target }) => target === "SendMessage");
    const { MessageBody } = JSON.parse(String(sent?.body)) as { MessageBody: string };
    const { queuedAt, ...job } = JSON.parse(MessageBody) as Record<string, unknown>;
    assert.ok(Math.abs(Date.parse(String(queuedAt)) - Date.now()) < 60_000);
    assert.deepEqual([job["key"], job["failures"]], ["later.mp4", undefined]);
  });

  it("that lasts until SQS would drop the job has it put aside, with what it waits for", async () => {
    await aws.upload("old.mp4", video);
    await aws.sendJob("old.mp4", { queuedAt: new Date(Date.now() - 13.5 * dayMs).toISOString() });
    troubled(isRead, Infinity, status(500));
    await work();
    const [failed] = await aws.drain(aws.failedJobsQueueUrl);
    assert.match(failed?.reason ?? "", /^waited too long for S3 or for a worker: .*S3 answered 500/);
    assert.deepEqual([failed?.body["queuedAt"], failed?.body["attempts"]], [undefined, 1]);
  });

  it("a job of that age is tried all the same", async () => {
    await aws.upload("old.mp4", video);
    await aws.sendJob("old.mp4", { queuedAt: new Date(Date.now() - 13.5 * dayMs).toISOString() });
    assert.ok(events(await work()).includes("thumbnail-stored"));
  });

  for (const [when, matches] of [
    ["while it is read", isLaterRead],
    ["after it was read", ({ range }: SeenRequest) => range === "bytes=0-0"],
  ] as const) {
    it(`a video that is replaced ${when} is done again at once`, async () => {
      await aws.upload("replaced.mp4", video);
      await aws.sendJob("replaced.mp4");
      troubled(matches, 1, status(412));
      const log = await work();
      assert.deepEqual(events(log), ["job-started", "thumbnail-stored", "worker-idle"]);
      assert.equal(await frameNumber((await aws.object("thumb/replaced.png")).content), 50);
    });
  }

  describe("of a silent SQS", () => {
    const isCall =
      (target: string) =>
      ({ target: seen }: SeenRequest) =>
        seen === target;

    it("does not hold a worker that asks for a job", async () => {
      await aws.upload("silent.mp4", video);
      await aws.sendJob("silent.mp4");
      troubled(isCall("ReceiveMessage"), 2, silence);
      const log = await work({ ANSWER_TIMEOUT_SECONDS: "0.5" });
      assert.deepEqual(events(log).slice(0, 4), [
        "queue-unreachable",
        "queue-unreachable",
        "job-started",
        "thumbnail-stored",
      ]);
    });

    it("does not hold a worker that is done with a job: another does it again, which harms nothing", async () => {
      await aws.upload("undeleted.mp4", video);
      await aws.sendJob("undeleted.mp4");
      troubled(isCall("DeleteMessage"), 1, silence);
      const log = await work({ ANSWER_TIMEOUT_SECONDS: "0.5" });
      assert.deepEqual(events(log), ["job-started", "thumbnail-stored", "queue-unreachable", "worker-idle"]);
      assert.deepEqual(aws.jobsLeft(), { visible: 0, hidden: 1 });
    });

    it("does not hold a worker that puts a job aside: SQS shows it again", async () => {
      await aws.sendJob("gone.mp4");
      troubled(isCall("SendMessage"), 1, silence);
      const log = await work({ ANSWER_TIMEOUT_SECONDS: "0.5" });
      assert.deepEqual(events(log), ["job-started", "job-left-for-retry", "worker-idle"]);
      await aws.showHiddenJobs();
      assert.ok(events(await work()).includes("job-failed"));
    });

    it("ends a worker whose connections lead nowhere, after ten calls", async () => {
      // Takes connections, and never says a word: what a half-open connection looks like.
      const nowhere = createServer().listen(0, "127.0.0.1");
      await once(nowhere, "listening");
      const address = `http://127.0.0.1:${(nowhere.address() as AddressInfo).port}`;
      const log: WorkerLogEvent[] = [];
      const variables = { AWS_ENDPOINT_URL_SQS: address, JOB_QUEUE_URL: `${address}/000000000000/jobs` };
      Object.assign(process.env, variables);
      const environment = readEnvironment({
        ...process.env,
        WORKER_IDLE_SECONDS: "0",
        BACK_OFF_SECONDS: "0",
        ANSWER_TIMEOUT_SECONDS: "0.05",
      });
      assert.equal(environment.mode, "queue");
      try {
        const run = runQueueWorker(environment, (event) => log.push(event), new AbortController().signal);
        await assert.rejects(run, /could not be reached 10 times: .*requestTimeout/);
      } finally {
        Object.assign(process.env, aws.variables);
        nowhere.close();
      }
      assert.equal(log.length, 10);
    });
  });

  it("is waited for longer and longer, and never by all at once", () => {
    const waits = (random: number) => {
      const backOff = new BackOff(5, () => random);
      return Array.from({ length: 8 }, () => backOff.nextSeconds());
    };
    assert.deepEqual(waits(0.5), [5, 10, 20, 40, 80, 160, 160, 160]);
    assert.deepEqual(waits(0), [2.5, 5, 10, 20, 40, 80, 80, 80]);
  });

  it("leaves SQS's count of a message's receives to what no worker could tell of", async () => {
    await aws.sendJob("counted.mp4");
    await aws.upload("counted.mp4", video);
    troubled(isWrite, 1, status(403));
    await work({ MAX_TRIES: "2", BACK_OFF_SECONDS: "1" });
    // It is shown again some seconds later, with its failure counted, and received for the first time.
    assert.deepEqual(aws.jobsLeft(), { visible: 1, hidden: 0 });
    const [sent] = aws.seen.filter(({ target }) => target === "SendMessage");
    const { MessageBody, DelaySeconds } = JSON.parse(String(sent?.body)) as Record<string, unknown>;
    assert.equal((JSON.parse(String(MessageBody)) as { failures: number }).failures, 1);
    assert.equal(DelaySeconds, 12);
  });
});
