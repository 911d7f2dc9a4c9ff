import assert from "node:assert/strict";
import { ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { DockerCloud } from "../../testkit/docker/dockerCloud";
import { docker } from "../../testkit/docker/engine";
import { describeImage } from "./describeImage";
import { heavyVideo, smallVideo } from "../../testkit/docker/testVideos";

describeImage("a worker in it", function () {
  this.timeout(180_000);
  let running: DockerCloud;
  let heavy: Buffer;
  before(async () => {
    heavy = heavyVideo();
    running = await DockerCloud.start({ thumbnailTimestamp: "90%" });
  });
  after(() => running.stop());

  it("makes the thumbnail of an upload, started by the Lambda", async () => {
    await running.cloud.upload(smallVideo(), "small.mp4");
    assert.deepEqual(await running.cloud.outcome("small.mp4"), { ok: true, thumbnail: "thumb/small.png" });
    assert.equal((await thumbnail("thumb/small.png")).subarray(1, 4).toString(), "PNG");
  });

  it("makes one thumbnail by hand in one-shot mode, and ends with 0", async () => {
    const taskId = await running.runTask({
      INPUT_VIDEO_FILE_URL: `s3://${running.cloud.bucket}/small.mp4`,
      POSITION_TIME_DURATION: "00:01",
      OUTPUT_THUMBS_FILE_NAME: "by-hand.jpg",
      OUTPUT_S3_PATH: `${running.cloud.bucket}/thumb`,
    });
    assert.equal(await running.exitCode(taskId), 0);
    assert.equal((await thumbnail("thumb/by-hand.jpg")).subarray(0, 2).toString("hex"), "ffd8");
  });

  it("ends with 1 in one-shot mode when there is no such video", async () => {
    const taskId = await running.runTask({
      INPUT_VIDEO_FILE_URL: `s3://${running.cloud.bucket}/missing.mp4`,
      OUTPUT_THUMBS_FILE_NAME: "missing.png",
      OUTPUT_S3_PATH: `${running.cloud.bucket}/thumb`,
    });
    assert.equal(await running.exitCode(taskId), 1);
    assert.match(String((await running.line("job-failed", "missing.mp4"))["reason"]), /the video is gone/);
  });

  it("finishes its job on SIGTERM within the time that ECS gives, and ends with 0", async () => {
    const taskId = await runsJob("stopped.mp4");
    await docker("kill", "--signal", "TERM", running.container(taskId));
    assert.equal(await running.exitCode(taskId), 0);
    assert.equal((await running.line("thumbnail-stored", "stopped.mp4")).taskId, taskId);
    assert.deepEqual(await running.cloud.outcome("stopped.mp4"), {
      ok: true,
      thumbnail: "thumb/stopped.png",
    });
  });

  it("loses no job when it is killed: the job is still there, and the next worker does it", async () => {
    const taskId = await runsJob("killed.mp4");
    await docker("kill", "--signal", "KILL", running.container(taskId));
    assert.equal(await running.exitCode(taskId), 137);
    const written = running.lines.length;
    await showHiddenJobs();
    await running.runTask({ WORKER_IDLE_SECONDS: "5" });
    assert.equal((await running.line("job-started", "killed.mp4", written))["receiveCount"], 2);
    assert.deepEqual(await running.cloud.outcome("killed.mp4"), { ok: true, thumbnail: "thumb/killed.png" });
  });

  it("stops by itself with 0 when no job comes", async () => {
    const taskId = await running.runTask({ WORKER_IDLE_SECONDS: "1" });
    assert.equal(await running.exitCode(taskId), 0);
    assert.ok(running.lines.some((line) => line.taskId === taskId && line.event === "worker-idle"));
  });

  it("runs with what the task definition registers: its user, its rights, its size, its time to stop", async () => {
    const { cpu, memory, container } = running.registered();
    const taskId = await running.runTask({ WORKER_IDLE_SECONDS: "60" });
    await running.started(taskId);
    const [found] = JSON.parse(await docker("inspect", running.container(taskId))) as Inspected[];
    await docker("kill", running.container(taskId));
    assert.deepEqual(
      {
        user: found?.Config.User,
        stopTimeout: found?.Config.StopTimeout,
        readonlyRootFilesystem: found?.HostConfig.ReadonlyRootfs,
        initProcessEnabled: found?.HostConfig.Init ?? false,
        drop: found?.HostConfig.CapDrop,
        privileged: found?.HostConfig.Privileged,
        cpuUnits: Math.round(((found?.HostConfig.NanoCpus ?? 0) / 1e9) * 1024),
        memoryBytes: found?.HostConfig.Memory,
        memoryAndSwapBytes: found?.HostConfig.MemorySwap,
        mounts: found?.Mounts,
      },
      {
        user: container.user,
        stopTimeout: container.stopTimeout,
        readonlyRootFilesystem: container.readonlyRootFilesystem,
        initProcessEnabled: container.linuxParameters?.initProcessEnabled,
        drop: container.linuxParameters?.capabilities?.drop,
        privileged: false,
        cpuUnits: Number(cpu),
        memoryBytes: Number(memory) * 1024 * 1024,
        memoryAndSwapBytes: Number(memory) * 1024 * 1024,
        mounts: [],
      },
    );
  });

  it("can write nowhere, has no rights and is not root", async () => {
    const script = `
      const { accessSync, constants, readFileSync, readdirSync, writeFileSync } = require("fs");
      const status = readFileSync("/proc/self/status", "utf8");
      const field = (name) => new RegExp("^" + name + ":\\\\s*(.*)$", "m").exec(status)[1];
      const writable = [];
      const visit = (folder) => {
        for (const entry of readdirSync(folder, { withFileTypes: true })) {
          const path = folder + entry.name;
          if (!entry.isDirectory() || ["/proc", "/sys"].includes(path)) continue;
          try { writeFileSync(path + "/trial", ""); writable.push(path); } catch {}
          try { visit(path + "/"); } catch {}
        }
      };
      visit("/");
      console.log(JSON.stringify({ ids: field("Uid") + " " + field("Gid"), effective: field("CapEff"),
        permitted: field("CapPrm"), bounding: field("CapBnd"), writable }));`;
    const command = ["run", "--rm", "--entrypoint", "node", ...(await running.runArguments()), "-e", script];
    const found = JSON.parse(await docker(...command)) as Record<string, unknown>;
    const none = "0000000000000000";
    assert.deepEqual(found, {
      ids: "1000\t1000\t1000\t1000 1000\t1000\t1000\t1000",
      effective: none,
      permitted: none,
      bounding: none,
      // Docker's and Fargate's own file systems in memory, which no image can do without.
      writable: ["/dev/mqueue", "/dev/shm"],
    });
  });

  interface Inspected {
    Config: { User: string; StopTimeout: number };
    HostConfig: {
      ReadonlyRootfs: boolean;
      Init: boolean | null;
      CapDrop: string[];
      Privileged: boolean;
      NanoCpus: number;
      Memory: number;
      MemorySwap: number;
    };
    Mounts: unknown[];
  }

  /** Uploads a video that takes seconds, and gives the id of the task that has begun with it. */
  async function runsJob(key: string): Promise<string> {
    const written = running.lines.length;
    await running.cloud.upload(heavy, key);
    await running.runTask({ WORKER_IDLE_SECONDS: "5" });
    return (await running.line("job-started", key, written)).taskId;
  }

  async function thumbnail(key: string): Promise<Buffer> {
    const { clients, bucket } = running.cloud;
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Buffer.from(await Body!.transformToByteArray());
  }

  /** Does to the jobs that a dead worker had what two minutes do: they are visible again. */
  async function showHiddenJobs(): Promise<void> {
    const { endpoints, credentials, clients, outputs } = running.cloud;
    const queueUrl = String(outputs["jobQueueUrl"]);
    const name = queueUrl.split("/").at(-1) ?? "";
    const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/`;
    const answer = await fetch(`${endpoints.sqs}/_fauxqs/queues/${name}`, { headers: { authorization } });
    const { messages } = (await answer.json()) as { messages: { inflight: { receiptHandle: string }[] } };
    assert.equal(messages.inflight.length, 1);
    for (const { receiptHandle } of messages.inflight) {
      await clients.sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: 0,
        }),
      );
    }
  }
});
