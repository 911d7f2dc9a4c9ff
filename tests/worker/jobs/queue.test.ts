import assert from "node:assert/strict";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { readEnvironment } from "../../../worker/environment";
import type { WorkerLogEvent } from "../../../contract/workerLog";
import { uploadToThumbnail } from "../../../worker/jobs/uploadToThumbnail";
import { runQueueWorker } from "../../../worker/jobs/queueWorker";
import { bucket, LocalAws } from "../aws";
import { ffmpeg, frameNumber, numberedVideo, pictureSize } from "../videos";
import { VideoFolder } from "../../../testkit/videoFolder";

describe("worker: a job", () => {
  const environmentBefore = { ...process.env };
  let aws: LocalAws;
  let folder: VideoFolder;
  let video: Buffer;
  before(async () => {
    aws = await LocalAws.start();
    Object.assign(process.env, aws.variables);
    folder = await VideoFolder.create();
    await numberedVideo(folder.file("video.mp4"), { frames: 100 });
    video = await folder.read("video.mp4");
  });
  after(async () => {
    process.env = environmentBefore;
    await aws.stop();
    await folder.remove();
  });
  beforeEach(() => {
    aws.intercept = () => false;
    aws.seen.length = 0;
  });

  /** Runs a worker until the queue is empty, and gives what it told. */
  async function work(variables: Record<string, string> = {}): Promise<WorkerLogEvent[]> {
    const log: WorkerLogEvent[] = [];
    const environment = readEnvironment({ ...process.env, WORKER_IDLE_SECONDS: "0", ...variables });
    assert.equal(environment.mode, "queue");
    await runQueueWorker(environment, (event) => log.push(event), new AbortController().signal);
    return log;
  }

  async function workOn(key: string, content: Buffer, metadata?: Record<string, string>) {
    await aws.upload(key, content, metadata);
    await aws.sendJob(key);
    return work();
  }

  function named<Name extends WorkerLogEvent["event"]>(log: readonly WorkerLogEvent[], name: Name) {
    return log.filter((event): event is WorkerLogEvent & { event: Name } => event.event === name);
  }

  it("gives a thumbnail at the stack's timestamp, and is deleted", async () => {
    const log = await workOn("cat.mp4", video);
    const { content, contentType, metadata } = await aws.object("thumb/cat.png");
    assert.equal(await frameNumber(content), 50);
    assert.equal(contentType, "image/png");
    assert.deepEqual(
      {
        ...metadata,
        "video-etag": metadata["video-etag"]?.length,
        "video-last-modified": Number.isNaN(Date.parse(metadata["video-last-modified"]!)),
        "thumb-hash": Buffer.from(metadata["thumb-hash"]!, "base64").length > 10,
        "dominant-color": /^#[0-9a-f]{6}$/.test(metadata["dominant-color"]!),
      },
      {
        "video-key": "cat.mp4",
        "video-last-modified": false,
        "video-etag": 32,
        "thumb-hash": true,
        "dominant-color": true,
        "timestamp-requested-seconds": "2",
        "timestamp-seconds": "2",
        width: "160",
        height: "90",
      },
    );
    assert.deepEqual(
      log.map((event) => event.event),
      ["job-started", "thumbnail-stored", "worker-idle"],
    );
    assert.deepEqual(aws.jobsLeft(), { visible: 0, hidden: 0 });
  });

  it("tells how long its uploader has waited, unless changed tags, a backfill or a redrive asked for it", () => {
    const uploadedAt = "2026-01-01T00:00:00.000Z";
    const atMs = (milliseconds: number) => Date.parse(uploadedAt) + milliseconds;
    assert.deepEqual(uploadToThumbnail({ uploadedAt }, atMs(2500)), { uploadToThumbnailSeconds: 2.5 });
    assert.deepEqual(uploadToThumbnail({ uploadedAt }, atMs(-300)), { uploadToThumbnailSeconds: 0 });
    assert.deepEqual(uploadToThumbnail({ uploadedAt, requestedAt: uploadedAt }, atMs(2500)), {});
    assert.deepEqual(uploadToThumbnail({ uploadedAt, taggedAt: uploadedAt }, atMs(2500)), {});
    assert.deepEqual(uploadToThumbnail({ uploadedAt: "yesterday" }, atMs(2500)), {});
  });

  it("logs how long its uploader has waited, which the dashboard shows", async () => {
    const [stored] = named(await workOn("waited.mp4", video), "thumbnail-stored");
    assert.ok(stored!.uploadToThumbnailSeconds! > 0);
  });

  it("needs no call but those that the task's role allows", async () => {
    await aws.upload("calls.mp4", video);
    await aws.sendJob("calls.mp4");
    aws.takeCalls();
    await work();
    assert.deepEqual(aws.takeCalls(), ["DeleteMessage", "ReceiveMessage", "S3 GET", "S3 HEAD", "S3 PUT"]);
  });

  it("takes its timestamp from the file's name, and rather from the object's metadata", async () => {
    await workOn("named_00-01.mp4", video);
    assert.equal(await frameNumber((await aws.object("thumb/named_00-01.png")).content), 25);
    await workOn("told_00-01.mp4", video, { "thumbnail-timestamp": "75%" });
    const told = await aws.object("thumb/told_00-01.png");
    assert.equal(await frameNumber(told.content), 75);
    assert.equal(told.metadata["timestamp-requested-seconds"], "3");
  });

  it("chooses the frame itself where the timestamp is auto, and says so", async () => {
    const [stored] = named(
      await workOn("auto.mp4", video, { "thumbnail-timestamp": "auto" }),
      "thumbnail-stored",
    );
    const { metadata } = await aws.object("thumb/auto.png");
    assert.equal(metadata["timestamp-requested"], "auto");
    assert.equal(metadata["timestamp-requested-seconds"], metadata["timestamp-seconds"]);
    const { timestampRequested, score = 0, verdicts } = stored ?? {};
    assert.deepEqual([timestampRequested, score > 0, Array.isArray(verdicts)], ["auto", true, true]);
    await aws.upload("stack.mp4", video);
    await aws.sendJob("stack.mp4");
    await work({ THUMBNAIL_TIMESTAMP: "auto" });
    assert.equal((await aws.object("thumb/stack.png")).metadata["timestamp-requested"], "auto");
  });

  it("takes the stack's timestamp, format, width and prefix", async () => {
    await aws.upload("settings.mp4", video);
    for (const format of ["jpg", "webp"]) {
      await aws.sendJob("settings.mp4");
      const settings = { THUMBNAIL_TIMESTAMP: "25%", THUMBNAIL_WIDTH: "80", OUTPUT_PREFIX: "thumb/small/" };
      await work({ ...settings, THUMBNAIL_FORMAT: format });
      const { content, contentType } = await aws.object(`thumb/small/settings.${format}`);
      assert.equal(await frameNumber(content), 25);
      assert.deepEqual(await pictureSize(content), { width: 80, height: 45 });
      assert.equal(contentType, format === "jpg" ? "image/jpeg" : "image/webp");
    }
  });

  it("tells nothing of the video's content with a thumbnail that anyone may read", async () => {
    await aws.upload("public.mp4", video);
    await aws.sendJob("public.mp4");
    await work({ PUBLIC_THUMBNAILS: "true" });
    const { metadata } = await aws.object("thumb/public.png");
    assert.deepEqual(Object.keys(metadata).sort(), [
      "dominant-color",
      "height",
      "thumb-hash",
      "timestamp-requested-seconds",
      "timestamp-seconds",
      "video-key",
      "video-last-modified",
      "width",
    ]);
  });

  it("removes the thumbnail of a video that is gone, where the stack wants that", async () => {
    const gone = async (key: string, variables: Record<string, string>) => {
      await workOn(`${key}.mp4`, video);
      await aws.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: `${key}.mp4` }));
      await aws.sendJob(`${key}.mp4`);
      assert.match(named(await work(variables), "job-failed")[0]!.reason, /^the video is gone: /);
      await aws.drain(aws.failedJobsQueueUrl);
      return aws.keys(`thumb/${key}`);
    };
    assert.deepEqual(await gone("archived", {}), ["thumb/archived.png"]);
    assert.deepEqual(await gone("deleted", { REMOVE_THUMBNAILS: "true" }), []);
  });

  it("may have any key", async () => {
    const keys = [
      "a b+c&d=e%20f.mp4",
      "dir/Ünï 日本 🎬.mp4",
      `it's "so" (1) $(id) ;.mp4`,
      "-i.mp4",
      "dir//y.mp4",
    ];
    for (const key of keys) {
      await workOn(key, video);
      const { content, metadata } = await aws.object(`thumb/${key.replace(/mp4$/, "png")}`);
      assert.equal(await frameNumber(content), 50, key);
      assert.equal(decodeURIComponent(metadata["video-key"]!), key);
    }
  });

  it("that comes twice gives the same thumbnail", async () => {
    await aws.upload("twice.mp4", video);
    await aws.sendJob("twice.mp4");
    await aws.sendJob("twice.mp4");
    assert.equal(named(await work(), "thumbnail-stored").length, 2);
    assert.deepEqual(await aws.keys("thumb/twice"), ["thumb/twice.png"]);
    assert.deepEqual(aws.jobsLeft(), { visible: 0, hidden: 0 });
  });

  it("reads a small part of a big video", async () => {
    // Noise compresses badly: 24 s of it are six megabytes.
    const noise = ["-f", "lavfi", "-i", "nullsrc=s=160x90:d=24:r=25,noise=alls=100:allf=t,format=yuv420p"];
    const encode = [
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
      "-g",
      "25",
      "-b:v",
      "2M",
      folder.file("big.mp4"),
    ];
    await ffmpeg([...noise, ...encode]);
    const big = await folder.read("big.mp4");
    assert.ok(big.length > 5e6, `${big.length} bytes`);
    const stored = named(await workOn("big_00-20.mp4", big), "thumbnail-stored")[0]!;
    assert.ok(stored.bytesRead < big.length / 3, `${stored.bytesRead} of ${big.length} bytes read`);
    const ranges = aws.seen.filter((request) => request.method === "GET").map((request) => request.range);
    assert.equal(ranges.length, stored.requests);
    for (const range of ranges) {
      const [first = 0, last = Infinity] = /(\d+)-(\d+)/
        .exec(range ?? "")!
        .slice(1)
        .map(Number);
      assert.ok(last - first < 1024 * 1024, range);
    }
  });

  describe("that can never succeed goes to failed-jobs with its reason", () => {
    async function failure(key: string, log: WorkerLogEvent[]): Promise<string> {
      const [failed, ...others] = await aws.drain(aws.failedJobsQueueUrl);
      assert.ok(failed !== undefined && others.length === 0, JSON.stringify(log));
      const { reason, attempts, failedAt, ...job } = failed.body;
      assert.equal(attempts, 1);
      assert.equal(reason, failed.reason);
      assert.ok(typeof failedAt === "string" && !Number.isNaN(Date.parse(failedAt)));
      assert.deepEqual([job.version, job.bucket, job.key], [1, bucket, key]);
      assert.deepEqual(named(log, "job-failed"), [{ level: "error", event: "job-failed", key, reason }]);
      assert.deepEqual(aws.jobsLeft(), { visible: 0, hidden: 0 });
      return failed.reason!;
    }
    const failureOf = async (key: string, content: Buffer, metadata?: Record<string, string>) =>
      failure(key, await workOn(key, content, metadata));

    it("because it is no video", async () => {
      assert.match(await failureOf("text.mp4", Buffer.from("hello ".repeat(1000))), /^not a video: /);
      assert.equal(await failureOf("empty.mp4", Buffer.alloc(0)), "not a video: the file is empty");
    });

    it("because its format makes ffmpeg open other addresses", async () => {
      const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${aws.address}/videos/secret.ts\n#EXT-X-ENDLIST\n`;
      assert.equal(
        await failureOf("playlist.mp4", Buffer.from(playlist)),
        "not a video: it is a playlist (M3U or HLS), which only refers to other addresses",
      );
      assert.ok(aws.seen.every(({ target }) => !target.includes("secret")));
    });

    it("because it is sound alone", async () => {
      await ffmpeg(["-f", "lavfi", "-i", "sine=d=2", "-c:a", "aac", folder.file("sound.mp4")]);
      const reason = await failureOf("sound.mp4", await folder.read("sound.mp4"));
      assert.equal(reason, "no video stream: audio only (aac)");
    });

    it("because it ends before its index", async () => {
      const reason = await failureOf("cut.mp4", video.subarray(0, Math.floor(video.length / 2)));
      assert.equal(reason, "truncated before its index: moov atom missing");
    });

    it("because its timestamp is malformed", async () => {
      const reason = await failureOf("malformed.mp4", video, { "thumbnail-timestamp": "soon" });
      assert.match(reason, /^malformed thumbnail-timestamp "soon": .*HH:MM:SS/);
    });

    it("because it is gone", async () => {
      for (const key of ["gone.mp4", "gone 🎬\uFFFE\u0001.mp4"]) {
        await aws.sendJob(key);
        assert.match(await failure(key, await work()), /^the video is gone: s3:\/\/videos\/gone/);
      }
    });

    it("because no frame of it decodes", async () => {
      const broken = Buffer.from(video);
      const data = broken.indexOf("mdat") + 4;
      broken.fill(0xff, data, broken.indexOf("moov") - 4);
      assert.match(await failureOf("broken.mp4", broken), /^no frame of the h264 video decodes: /);
    });

    it("because it is not understood", async () => {
      for (const message of ["{nonsense", '{"version":2,"key":"cat.mp4"}']) {
        await aws.sendMessage(message);
        await work();
        const [failed] = await aws.drain(aws.failedJobsQueueUrl);
        assert.equal(failed?.body.message, message);
        assert.match(failed.reason!, /^not understood: /);
      }
      assert.deepEqual(aws.jobsLeft(), { visible: 0, hidden: 0 });
    });
  });

  it("is not misled by what the video says of itself", async () => {
    const titled = folder.file("titled.mp4");
    const title = "title=No such filter: 'zscale'\nUnknown encoder 'png'\nError: all failed";
    await ffmpeg(["-i", folder.file("video.mp4"), "-c", "copy", "-metadata", title, titled]);
    const log = await workOn("titled.mp4", await folder.read("titled.mp4"));
    assert.equal(named(log, "thumbnail-stored")[0]?.key, "titled.mp4");
  });

  it("that fails at its last try, too, is put aside with what went wrong", async () => {
    await aws.upload("never.mp4", video);
    await aws.sendJob("never.mp4");
    aws.intercept = (request, response) => {
      if (request.method === "PUT") response.writeHead(403).end();
      return request.method === "PUT";
    };
    const log = await work({ MAX_TRIES: "2", BACK_OFF_SECONDS: "0" });
    const [left, ...others] = named(log, "job-left-for-retry");
    assert.deepEqual([left?.failures, others], [1, []]);
    const [{ body, reason } = { body: {}, reason: "" }] = await aws.drain(aws.failedJobsQueueUrl);
    assert.match(
      reason ?? "",
      /^failed at each of 2 tries: s3:\/\/videos\/thumb\/never.png could not be stored: S3 answered 403 /,
    );
    assert.deepEqual(body, {
      version: 1,
      bucket,
      key: "never.mp4",
      eTag: "any",
      size: 1,
      uploadedAt: "2026-01-01T00:00:00.000Z",
      reason,
      attempts: 2,
      failedAt: body.failedAt,
    });
    assert.equal(named(log, "job-failed")[0]?.reason, reason);
    assert.deepEqual(aws.jobsLeft(), { visible: 0, hidden: 0 });
  });

  it("that may not look at what stands in its thumbnail's place stores nothing there, and names the rights", async () => {
    await aws.upload("unseen.mp4", video);
    await aws.sendJob("unseen.mp4");
    aws.seen.length = 0;
    aws.intercept = (request, response) => {
      if (request.method === "HEAD") response.writeHead(403).end();
      return request.method === "HEAD";
    };
    const [failed] = named(await work({ MAX_TRIES: "1" }), "job-failed");
    assert.match(
      failed?.reason ?? "",
      /thumb\/unseen\.png could not be looked at, which needs s3:GetObject and s3:ListBucket: S3 answered 403/,
    );
    assert.deepEqual(
      aws.seen.filter(({ method }) => method === "PUT"),
      [],
    );
    await aws.drain(aws.failedJobsQueueUrl);
  });

  it("that is put aside at its last try has a reason that SQS takes, whatever its key", async () => {
    await aws.sendJob("bell\u0007.mp4");
    aws.intercept = (request, response) => {
      if (request.method === "GET") response.writeHead(403).end();
      return request.method === "GET";
    };
    const [failed] = named(await work({ MAX_TRIES: "1" }), "job-failed");
    assert.match(
      failed?.reason ?? "",
      /^failed at each of 1 tries: \P{Cc}*could not be read: S3 answered 403/u,
    );
    assert.equal((await aws.drain(aws.failedJobsQueueUrl))[0]?.reason, failed?.reason);
  });

  describe("whose video is replaced meanwhile gives the new one's thumbnail, at the same try,", () => {
    it("when only its metadata were put right, after it was read", async () => {
      await aws.upload("corrected.mp4", video);
      await aws.sendJob("corrected.mp4");
      let isReplaced = false;
      aws.intercept = (request, response) => {
        if (isReplaced || request.range !== "bytes=0-0") return false;
        isReplaced = true;
        const uploads = aws.upload("corrected.mp4", video, { "thumbnail-timestamp": "3" });
        // The SDK asks again.
        void uploads.finally(() => response.writeHead(503).end());
        return true;
      };
      const log = await work();
      assert.deepEqual(
        log.map(({ event }) => event),
        ["job-started", "thumbnail-stored", "worker-idle"],
      );
      assert.equal(await frameNumber((await aws.object("thumb/corrected.png")).content), 75);
      // All that was read, for both versions, is told; the SDK's second try is the one more.
      const gets = aws.seen.filter(({ range }) => range !== undefined).length;
      assert.equal(named(log, "thumbnail-stored")[0]!.requests, gets - 1);
      assert.deepEqual(aws.jobsLeft(), { visible: 0, hidden: 0 });
    });

    it("when another worker has stored its thumbnail since this one looked", async () => {
      await aws.upload("raced.mp4", video);
      await aws.sendJob("raced.mp4");
      const place = { Bucket: bucket, Key: "thumb/raced.png" };
      let eTag: string | undefined;
      aws.intercept = (request, response) => {
        if (request.ifNoneMatch !== "*") return false;
        const stores = aws.s3.send(new PutObjectCommand({ ...place, Body: "another worker's" }));
        void stores.then(({ ETag }) => (eTag = ETag)).finally(() => response.writeHead(412).end());
        return true;
      };
      const log = await work();
      assert.deepEqual(named(log, "job-left-for-retry"), []);
      assert.ok(aws.seen.some(({ method, ifMatch }) => method === "PUT" && ifMatch === eTag));
      assert.equal(await frameNumber((await aws.object(place.Key)).content), 50);
    });

    it("when it is replaced while it is read", async () => {
      const big = await folder.read("big.mp4");
      await aws.upload("replaced_00-20.mp4", big);
      await aws.sendJob("replaced_00-20.mp4");
      let isReplaced = false;
      aws.intercept = (request, response) => {
        if (isReplaced || request.method !== "GET" || request.range!.startsWith("bytes=0-")) return false;
        isReplaced = true;
        // What S3 answers to If-Match of the version before.
        void aws.upload("replaced_00-20.mp4", video).finally(() => response.writeHead(412).end());
        return true;
      };
      assert.deepEqual(named(await work(), "job-left-for-retry"), []);
      assert.equal(await frameNumber((await aws.object("thumb/replaced_00-20.png")).content), 99);
    });
  });
});
