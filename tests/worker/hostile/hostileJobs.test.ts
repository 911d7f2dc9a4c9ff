import assert from "node:assert/strict";
import { readEnvironment } from "../../../worker/environment";
import type { WorkerLogEvent } from "../../../contract/workerLog";
import { logToStdout } from "../../../worker/log";
import { runQueueWorker } from "../../../worker/jobs/queueWorker";
import { LocalAws } from "../aws";
import { FakePrograms } from "../programs";
import { ffmpeg, frameNumber, numberedVideo } from "../videos";
import { VideoFolder } from "../../../testkit/videoFolder";

describe("worker: hostile jobs", () => {
  const environmentBefore = { ...process.env };
  let aws: LocalAws;
  let folder: VideoFolder;
  let video: Buffer;
  before(async () => {
    aws = await LocalAws.start();
    Object.assign(process.env, aws.variables);
    folder = await VideoFolder.create();
    await numberedVideo(folder.file("video.mp4"));
    video = await folder.read("video.mp4");
  });
  after(async () => {
    process.env = environmentBefore;
    await aws.stop();
    await folder.remove();
  });

  /** Runs a worker until the queue is empty, and gives what it told of each job, in order. */
  async function work(variables: Record<string, string> = {}): Promise<WorkerLogEvent[]> {
    const log: WorkerLogEvent[] = [];
    const environment = readEnvironment({ ...process.env, WORKER_IDLE_SECONDS: "0", ...variables });
    assert.equal(environment.mode, "queue");
    await runQueueWorker(environment, (event) => log.push(event), new AbortController().signal);
    return log.filter(({ event }) => event !== "job-started" && event !== "worker-idle");
  }

  it("are alone in their failure: the same worker does the good ones among them", async () => {
    // What the real ffprobe would do if the video made it.
    const poisons: Record<string, string> = {
      hang: "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);",
      crash: "process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000);",
      flood:
        "const all = () => { while (process.stdout.write('x'.repeat(1 << 20))); }; all(); process.stdout.on('drain', all);",
      nonsense: "console.log('{\"streams\": 7');",
    };
    const real = process.env.PATH;
    const programs = await FakePrograms.install();
    await programs.write(
      "ffprobe",
      `process.env.PATH = ${JSON.stringify(real)};
      const { spawn } = require("child_process");
      const url = process.argv.at(-1);
      const behave = { ${Object.entries(poisons)
        .map(([name, script]) => `${name}() { ${script} }`)
        .join(", ")} };
      fetch(url, { headers: { range: "bytes=0-63" } }).then((answer) => answer.text()).then((head) => {
        const poison = /^poison (\\w+)/.exec(head);
        if (poison) return behave[poison[1]]();
        spawn("ffprobe", process.argv.slice(2), { stdio: "inherit" }).on("close", (code) => process.exit(code));
      });`,
    );
    try {
      const keys = [];
      for (const name of Object.keys(poisons)) {
        await aws.upload(`${name}.mp4`, Buffer.from(`poison ${name}`.padEnd(100)));
        await aws.upload(`after ${name}.mp4`, video);
        keys.push(`${name}.mp4`, `after ${name}.mp4`);
      }
      for (const key of keys) await aws.sendJob(key);
      const log = await work({ JOB_TIME_LIMIT_SECONDS: "4" });
      const told = Object.fromEntries(
        log.map((event) => {
          if (event.event === "job-failed") return [event.key, event.reason];
          return event.event === "job-left-for-retry" ? [event.key, `left: ${event.error}`] : ["", event];
        }),
      ) as Record<string, unknown>;
      assert.deepEqual(
        { ...told, "": undefined },
        {
          "hang.mp4": "left: the job took longer than 4 s in all",
          "crash.mp4": "damaged or made to do harm: ffprobe crashed on it (SIGSEGV)",
          "flood.mp4": "damaged or made to do harm: ffprobe wrote more than 4194304 bytes",
          "nonsense.mp4": told["nonsense.mp4"],
          "": undefined,
        },
      );
      assert.match(String(told["nonsense.mp4"]), /^not a video: what ffprobe finds in it makes no sense/);
      assert.deepEqual(
        await aws.keys("thumb/"),
        Object.keys(poisons)
          .map((name) => `thumb/after ${name}.png`)
          .sort(),
      );
      const failed = await aws.drain(aws.failedJobsQueueUrl);
      assert.deepEqual(
        failed.map(({ body, reason }) => [body["key"], reason]),
        ["crash.mp4", "flood.mp4", "nonsense.mp4"].map((key) => [key, told[key]]),
      );
    } finally {
      await programs.remove();
      await aws.forgetJobs();
    }
  });

  it("that use up ffmpeg's CPU time are put aside at the second try, whatever picture it has made by then", async () => {
    const programs = await FakePrograms.install();
    // As with -timelimit, when a decoder holds out until then.
    const script = `console.error("Exiting normally, received signal 24."); console.log("half a picture"); process.exit(255);`;
    await programs.write("ffmpeg", script);
    try {
      await aws.upload("endless.mp4", video);
      await aws.sendJob("endless.mp4");
      const [left, failed] = await work({ BACK_OFF_SECONDS: "0" });
      assert.equal(left?.event, "job-left-for-retry");
      assert.ok(failed?.event === "job-failed");
      assert.match(failed.reason, /^too costly: ffmpeg was stopped, by its limit of CPU time/);
      assert.deepEqual(
        (await aws.keys("thumb/")).filter((key) => key.includes("endless")),
        [],
      );
    } finally {
      await programs.remove();
      await aws.showHiddenJobs();
      await aws.drain(aws.jobQueueUrl);
    }
  });

  it("that leave the worker too large are its last: a fresh one does what is left", async () => {
    for (const key of ["one.mp4", "two.mp4"]) {
      await aws.upload(key, video);
      await aws.sendJob(key);
    }
    // This process is larger than three eighths of it.
    const small = String(Math.ceil(process.memoryUsage.rss() / 2 ** 20 / 0.5));
    const log = await work({ TASK_MEMORY_MIB: small, THUMBNAIL_TIMESTAMP: "0" });
    assert.deepEqual(
      log.map(({ event }) => event),
      ["thumbnail-stored", "worker-stopping"],
    );
    assert.match(
      JSON.stringify(log.at(-1)),
      /MiB of the task's \d+ MiB of memory, too much for the next job/,
    );
    assert.deepEqual(aws.jobsLeft(), { visible: 1, hidden: 0 });
    await aws.drain(aws.jobQueueUrl);
  });

  it("whose keys look like options, commands and paths are keys and nothing else", async () => {
    const keys = [
      "-i",
      "--",
      "$(reboot).mp4",
      "`id`;|&'\".mp4",
      "a/../b.mp4",
      "http://x/y.mp4",
      "pipe:1.mp4",
    ].concat([
      "%2e%2e%2f 100%.mp4",
      "new\nline\t\u0001\u007f\u2028.mp4",
      "a\\b.mp4",
      "?versionId=1#x.mp4",
      "ビデオ.mp4",
    ]);
    const thumbnails = new Map<string, Buffer>();
    const log: WorkerLogEvent[] = [];
    for (const key of keys) await aws.sendJob(key);
    aws.intercept = ({ method, target, range, body }, response) => {
      if (!target.startsWith("/")) return false;
      if (method === "PUT") {
        thumbnails.set(decodeURIComponent(target.split("?")[0]!), body);
        response.writeHead(200, { etag: '"a"' }).end();
      } else {
        const [first = 0, last = 0] = (range ?? "").replace("bytes=", "").split("-").map(Number);
        const bytes = video.subarray(first, last + 1);
        const contentRange = `bytes ${first}-${first + bytes.length - 1}/${video.length}`;
        response.writeHead(206, { "content-range": contentRange, etag: '"a"' }).end(bytes);
      }
      return true;
    };
    try {
      log.push(...(await work({ THUMBNAIL_TIMESTAMP: "1" })));
    } finally {
      aws.intercept = () => false;
    }
    assert.deepEqual(
      [...thumbnails.keys()].sort(),
      keys.map((key) => `/videos/thumb/${key.replace(/\.mp4$/, "")}.png`).sort(),
    );
    assert.deepEqual([...new Set(log.map(({ event }) => event))], ["thumbnail-stored"]);
  });

  it("are told of in one line of JSON each, whatever their keys", () => {
    const written: string[] = [];
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = (text) => written.push(String(text)) > 0;
    const keys = ["new\nline", "\r", "\u2028\u2029\u0085", '"}\n{"level":"info"', "\ud800", "\0"];
    try {
      for (const key of keys) logToStdout({ level: "error", event: "job-failed", key, reason: key });
    } finally {
      process.stdout.write = write;
    }
    assert.equal(written.length, keys.length);
    for (const [index, line] of written.entries()) {
      assert.match(line, /^[^\r\n]+\n$/);
      assert.equal((JSON.parse(line) as { key: string }).key, keys[index]);
    }
  });

  it("with the longest keys that S3 takes give thumbnails, or fail with a reason", async () => {
    const longest = `${"ビ".repeat(338)}.mp4`;
    assert.equal(Buffer.byteLength(longest), 1018);
    const tooLong = `${"a".repeat(1020)}.mp4`;
    for (const key of [longest, tooLong]) {
      await aws.upload(key, video);
      await aws.sendJob(key);
    }
    const [stored, failed] = await work({ THUMBNAIL_TIMESTAMP: "1" });
    assert.equal(stored?.event, "thumbnail-stored");
    assert.equal(
      failed?.event === "job-failed" && failed.reason,
      "the thumbnail's key would be 1030 bytes long; S3 takes 1024",
    );
    const { content, metadata } = await aws.object(`thumb/${longest.replace(".mp4", ".png")}`);
    assert.equal(await frameNumber(content), 25);
    const metadataBytes = Object.entries(metadata).flat().join("").length;
    assert.ok(metadataBytes < 2048, `S3 takes 2048 bytes of metadata, not ${metadataBytes}`);
    await aws.drain(aws.failedJobsQueueUrl);
  });

  it("whose pictures would be too large are refused before anything is decoded", async () => {
    await ffmpeg(["-f", "lavfi", "-i", "color=s=64x64:d=1", "-c:v", "ffv1", folder.file("large.mov")]);
    const large = await folder.read("large.mov");
    // The width and the height in the sample description.
    large.fill(0xff, large.indexOf("FFV1") + 28, large.indexOf("FFV1") + 32);
    await aws.upload("large.mov", large);
    await aws.sendJob("large.mov");
    const [failed] = await work();
    assert.equal(failed?.event === "job-failed" && failed.reason, "too large: 65535x65535 pixels");
  });
});
