import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { SeenRequest } from "../aws";
import { LocalAws } from "../aws";
import { frameNumber, numberedVideo } from "../videos";
import { bundleWorker } from "../../../testkit/bundleWorker";
import { VideoFolder } from "../../../testkit/videoFolder";

describe("worker: the bundled program", () => {
  let aws: LocalAws;
  let folder: VideoFolder;
  let video: Buffer;
  const children: ChildProcess[] = [];
  before(async () => {
    aws = await LocalAws.start();
    folder = await VideoFolder.create();
    await bundleWorker(folder.file("worker.js"));
    await numberedVideo(folder.file("video.mp4"));
    video = await folder.read("video.mp4");
    await aws.upload("dir/the video.mp4", video);
  });
  beforeEach(() => {
    aws.intercept = () => false;
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });
  after(async () => {
    await aws.stop();
    await folder.remove();
  });

  function start(variables: Record<string, string>) {
    const child = spawn(process.execPath, [folder.file("worker.js")], {
      env: { PATH: process.env.PATH, NODE_NO_WARNINGS: "1", ...aws.variables, ...variables },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const ended = Promise.all([text(child.stdout), once(child, "exit")]).then(([stdout, [exitCode]]) => ({
      exitCode: exitCode as number | null,
      log: stdout
        .split("\n")
        .filter((line) => line !== "")
        .map(
          (line) =>
            JSON.parse(line) as {
              time: string;
              level: string;
              event: string;
              key?: string;
              reason?: string;
              receiveCount?: number;
            },
        ),
    }));
    return { child, ended };
  }

  /** Settles at the first request that `matches`, which is answered as usual unless `hold`, with its response. */
  function requestSeen(
    matches: (request: SeenRequest) => boolean,
    hold = false,
  ): Promise<{ response: ServerResponse }> {
    return new Promise((resolve) => {
      let seen = false;
      aws.intercept = (request, response) => {
        if (seen || !matches(request)) return false;
        seen = true;
        resolve({ response });
        return hold;
      };
    });
  }

  describe("in queue mode", () => {
    it("does the jobs and ends with 0 when no more come", async () => {
      await aws.sendJob("dir/the video.mp4");
      const { exitCode, log } = await start({ WORKER_IDLE_SECONDS: "1", THUMBNAIL_TIMESTAMP: "00:01" }).ended;
      assert.equal(exitCode, 0);
      assert.deepEqual(
        log.map(({ level, event, key }) => ({ level, event, key })),
        [
          { level: "info", event: "worker-started", key: undefined },
          { level: "info", event: "job-started", key: "dir/the video.mp4" },
          { level: "info", event: "thumbnail-stored", key: "dir/the video.mp4" },
          { level: "info", event: "worker-idle", key: undefined },
        ],
      );
      assert.ok(log.every(({ time }) => new Date(time).toISOString() === time));
      assert.equal(await frameNumber((await aws.object("thumb/dir/the video.png")).content), 25);
    });

    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      it(`finishes the job in hand on ${signal}, and takes no other`, async () => {
        for (const key of ["dir/the video.mp4", "none.mp4"]) await aws.sendJob(key);
        const reading = requestSeen(({ method }) => method === "GET", true);
        const { child, ended } = start({});
        const { response } = await reading;
        child.kill(signal);
        // The SDK asks again.
        response.writeHead(503).end();
        const { exitCode, log } = await ended;
        assert.equal(exitCode, 0);
        assert.deepEqual(
          log.map(({ event }) => event),
          ["worker-started", "job-started", "worker-stopping", "thumbnail-stored"],
        );
        assert.equal((await aws.drain(aws.jobQueueUrl)).length, 1);
        assert.deepEqual(aws.jobsLeft(), { visible: 0, hidden: 0 });
      });
    }

    it("gives a job back that it can not finish before SIGKILL, however often, and no try is spent", async () => {
      await aws.sendJob("dir/the video.mp4");
      for (const time of ["once", "twice", "three times", "four times"]) {
        const reading = requestSeen(({ method }) => method === "GET", true);
        const { child, ended } = start({ STOP_TIMEOUT_SECONDS: "0.2", MAX_TRIES: "1" });
        await reading;
        child.kill("SIGTERM");
        const { exitCode, log } = await ended;
        assert.equal(exitCode, 0);
        assert.deepEqual(
          log.map(({ event, receiveCount }) => ({ event, ...(receiveCount && { receiveCount }) })),
          [
            { event: "worker-started" },
            { event: "job-started", receiveCount: 1 },
            { event: "worker-stopping" },
            { event: "job-returned" },
          ],
          time,
        );
        assert.deepEqual(aws.jobsLeft(), { visible: 1, hidden: 0 });
      }
      const [given] = await aws.drain(aws.jobQueueUrl);
      assert.deepEqual([given?.body["key"], given?.body["failures"]], ["dir/the video.mp4", undefined]);
    });

    it("gives a job back at once on SIGTERM while it waits for S3", async () => {
      await aws.sendJob("dir/the video.mp4");
      aws.intercept = ({ method }, response) => {
        if (method === "GET") response.writeHead(500).end();
        return method === "GET";
      };
      const { child, ended } = start({ AWS_MAX_ATTEMPTS: "1", BACK_OFF_SECONDS: "600" });
      await new Promise<void>((resolve) =>
        child.stdout.on("data", (line: Buffer) => {
          if (line.includes("job-waits")) resolve();
        }),
      );
      child.kill("SIGTERM");
      assert.equal((await ended).log.at(-1)?.event, "job-returned");
      assert.equal((await aws.drain(aws.jobQueueUrl)).length, 1);
    });

    it("ends at once on SIGTERM while it waits for a job", async () => {
      const polling = requestSeen(({ target }) => target === "ReceiveMessage");
      const { child, ended } = start({});
      await polling;
      child.kill("SIGTERM");
      assert.equal((await ended).exitCode, 0);
    }).timeout(10_000);

    it("ends with 1 and names what is wrong when its environment is", async () => {
      const { exitCode, log } = await start({ THUMBNAIL_TIMESTAMP: "soon", JOB_QUEUE_URL: "" }).ended;
      assert.equal(exitCode, 1);
      assert.match(JSON.stringify(log), /JOB_QUEUE_URL .*THUMBNAIL_TIMESTAMP .*soon/);
    });
  });

  describe("in one-shot mode", () => {
    const output = { OUTPUT_THUMBS_FILE_NAME: "cat.jpg", OUTPUT_S3_PATH: "videos/thumb/by-hand" };

    it("stores the thumbnail of a video in S3 and ends with 0", async () => {
      const input = {
        INPUT_VIDEO_FILE_URL: "s3://videos/dir/the video.mp4",
        POSITION_TIME_DURATION: "00:01.2",
      };
      assert.equal((await start({ ...input, ...output }).ended).exitCode, 0);
      const { content, contentType } = await aws.object("thumb/by-hand/cat.jpg");
      assert.equal(contentType, "image/jpeg");
      assert.equal(await frameNumber(content), 30);
    });

    it("reads an S3 https address as S3, with the task's own rights", async () => {
      const url = "https://s3.us-east-1.amazonaws.com/videos/dir/the%20video.mp4";
      const named = {
        INPUT_VIDEO_FILE_URL: url,
        OUTPUT_THUMBS_FILE_NAME: "https.png",
        OUTPUT_S3_PATH: "videos/thumb",
      };
      assert.equal((await start({ ...named, POSITION_TIME_DURATION: "1" }).ended).exitCode, 0);
      assert.equal(await frameNumber((await aws.object("thumb/https.png")).content), 25);
    });

    it("reads any other web server that answers ranged requests", async () => {
      const server = createServer((request, response) => {
        const [first = 0, last = 0] =
          /(\d+)-(\d+)/
            .exec(request.headers.range ?? "")
            ?.slice(1)
            .map(Number) ?? [];
        const piece = video.subarray(first, last + 1);
        const range = `bytes ${first}-${first + piece.length - 1}/${video.length}`;
        response.writeHead(206, { "content-range": range, etag: '"a"' }).end(piece);
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/some.mp4?token=1`;
      const named = {
        INPUT_VIDEO_FILE_URL: url,
        OUTPUT_THUMBS_FILE_NAME: "web.webp",
        OUTPUT_S3_PATH: "videos/thumb",
      };
      try {
        assert.equal((await start({ ...named, POSITION_TIME_DURATION: "50%" }).ended).exitCode, 0);
      } finally {
        server.close();
      }
      assert.equal(await frameNumber((await aws.object("thumb/web.webp")).content), 25);
    });

    it("ends with 1 and the reason when there is no thumbnail", async () => {
      const { exitCode, log } = await start({ INPUT_VIDEO_FILE_URL: "s3://videos/none.mp4", ...output })
        .ended;
      assert.equal(exitCode, 1);
      assert.match(log.at(-1)?.reason ?? "", /^the video is gone: /);
    });

    it("ends with 1 when it is told to stop before the thumbnail is stored", async () => {
      const reading = requestSeen(({ method }) => method === "GET", true);
      const { child, ended } = start({ INPUT_VIDEO_FILE_URL: "s3://videos/dir/the video.mp4", ...output });
      await reading;
      child.kill("SIGTERM");
      assert.equal((await ended).exitCode, 1);
    });

    it("ends with 1 when the thumbnail can not be stored", async () => {
      aws.intercept = ({ method }, response) => {
        if (method === "PUT") response.writeHead(403).end();
        return method === "PUT";
      };
      const input = { INPUT_VIDEO_FILE_URL: "s3://videos/dir/the video.mp4", ...output };
      const { exitCode, log } = await start(input).ended;
      assert.equal(exitCode, 1);
      assert.equal(log.at(-1)?.event, "worker-failed");
    });
  });
});
