import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { startLocalCloud } from "../../local/cloud";
import type { LocalCloud } from "../../local/localCloud";
import type { ObjectEvent } from "../../local/services/s3/s3";
import { colourOf, makeDirectory, makeNoVideo, makeVideo } from "./videos";

describe("The local cloud", function () {
  this.timeout(60_000);
  const videos = makeDirectory();
  const created: ObjectEvent[] = [];
  /** What the functions, each by its name, and the "workers" have logged. */
  const logged: { source: string; line: string }[] = [];
  let cloud: LocalCloud;
  let video: string;

  before(async () => {
    video = makeVideo(videos.directory, "colours.mp4");
    cloud = await startLocalCloud({
      config: { uploadOrigins: '["http://127.0.0.1:*"]' },
      onEvent(event) {
        if (event.type === "object-created") created.push(event.object);
        if (event.type === "function-line") logged.push({ source: event.functionName, line: event.line });
        if (event.type === "worker-line") logged.push({ source: "workers", line: event.line });
      },
    });
  });
  after(async () => {
    await cloud.stop();
    videos.remove();
  });

  async function keys(prefix = ""): Promise<string[]> {
    const { Contents = [] } = await cloud.clients.s3.send(
      new ListObjectsV2Command({ Bucket: cloud.bucket, Prefix: prefix }),
    );
    return Contents.map(({ Key = "" }) => Key);
  }
  async function read(key: string) {
    const object = await cloud.clients.s3.send(new GetObjectCommand({ Bucket: cloud.bucket, Key: key }));
    return { ...object, content: Buffer.from((await object.Body?.transformToByteArray()) ?? []) };
  }

  it("makes the thumbnails of several videos at once", async () => {
    const names = ["one.mp4", "two.mp4", "three.mp4"];
    await Promise.all(names.map((name) => cloud.upload(video, name)));
    const outcomes = await Promise.all(names.map((name) => cloud.outcome(name)));
    assert.deepEqual(outcomes, [
      { ok: true, thumbnail: "thumb/one.png" },
      { ok: true, thumbnail: "thumb/two.png" },
      { ok: true, thumbnail: "thumb/three.png" },
    ]);
    const [red = 0, green = 0, blue = 0] = colourOf((await read("thumb/two.png")).content);
    assert.ok(
      blue > 200 && red < 60 && green < 60,
      `at 00:02 the video is blue, not ${red},${green},${blue}`,
    );
  });

  it("takes a video in parts from a page of an origin that the settings name, and from no other page", async () => {
    const upload = { Bucket: cloud.bucket, Key: "from a page.mp4" };
    const { s3 } = cloud.clients;
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
    const part = { ...upload, UploadId, PartNumber: 1 };
    const { endpoints, region, credentials } = cloud;
    // Whoever signs for others does not know the content's checksum.
    const signer = new S3Client({
      ...{ endpoint: endpoints.s3, region, credentials },
      requestChecksumCalculation: "WHEN_REQUIRED",
    });
    const url = await getSignedUrl(signer, new UploadPartCommand(part), { expiresIn: 60 });
    const body = readFileSync(video);
    const ask = (origin: string) =>
      fetch(url, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "PUT",
          "access-control-request-headers": "content-type",
        },
      });
    const page = "http://127.0.0.1:8080";
    for (const other of ["http://127.0.0.2:8080", "https://127.0.0.1:8080", "https://evil.example"])
      assert.equal((await ask(other)).status, 403, other);
    const asked = await ask(page);
    assert.equal(asked.status, 200);
    assert.equal(asked.headers.get("access-control-allow-origin"), page);
    assert.equal(asked.headers.get("access-control-allow-headers"), "content-type");
    const put = await fetch(url, {
      method: "PUT",
      headers: { origin: page, "content-type": "video/mp4" },
      body,
    });
    assert.equal(put.status, 200, await put.text());
    assert.equal(put.headers.get("access-control-expose-headers"), "ETag");
    const Parts = [{ PartNumber: 1, ETag: put.headers.get("etag") ?? "" }];
    await s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }));
    assert.deepEqual(await cloud.outcome(upload.Key), { ok: true, thumbnail: "thumb/from a page.png" });
  });

  it("takes a suffix in upper case, and a key with spaces, plus signs, quotes and letters of any script", async () => {
    const key = `Ordner/Mein "Clip" + 100% 'ä' 影 (1).MP4`;
    await cloud.upload(video, key);
    const outcome = await cloud.outcome(key);
    assert.deepEqual(outcome, { ok: true, thumbnail: `thumb/${key}.png` });
    assert.ok((await keys("thumb/")).includes(`thumb/${key}.png`));
    const { Metadata } = await read(`thumb/${key}.png`);
    assert.equal(decodeURIComponent(Metadata?.["video-key"] ?? ""), key);
  });

  it("is not harmed by S3 sending the event of an upload again", async () => {
    await cloud.upload(video, "twice.mp4");
    await cloud.outcome("twice.mp4");
    const picture = (await read("thumb/twice.png")).content;
    const upload = created.find(({ key }) => key === "twice.mp4");
    assert.ok(upload !== undefined);
    cloud.notify(upload);
    await cloud.settled();
    assert.deepEqual((await read("thumb/twice.png")).content, picture);
    assert.deepEqual(await cloud.failedJobs(), []);
  });

  it("follows the object's own metadata", async () => {
    await cloud.upload(video, "metadata.mp4", { "thumbnail-timestamp": "00:01" });
    await cloud.outcome("metadata.mp4");
    const [red = 0, green = 0, blue = 0] = colourOf((await read("thumb/metadata.png")).content);
    assert.ok(
      green > 100 && red < 60 && blue < 60,
      `at 00:01 the video is green, not ${red},${green},${blue}`,
    );
  });

  it("leaves a video under thumb/ alone", async () => {
    await cloud.upload(video, "thumb/inner.mp4");
    await cloud.settled();
    assert.deepEqual(await keys("thumb/inner"), ["thumb/inner.mp4"]);
    assert.deepEqual(await keys("thumb/thumb"), []);
    assert.deepEqual(await cloud.failedJobs(), []);
  });

  it("puts a file that is no video into failed-jobs with its reason", async () => {
    await cloud.upload(makeNoVideo(videos.directory, "letter.mp4"), "letter.mp4");
    const outcome = await cloud.outcome("letter.mp4");
    assert.ok(!outcome.ok);
    assert.match(outcome.reason, /not a video/);
    const [failed, ...others] = await cloud.failedJobs();
    assert.deepEqual(others, []);
    const { key, reason } = JSON.parse(failed?.body ?? "") as { key: string; reason: string };
    assert.deepEqual({ key, reason }, { key: "letter.mp4", reason: outcome.reason });
  });

  it("logs the lines that the dashboard's metrics are taken from", async () => {
    logged.length = 0;
    await cloud.upload(video, "measured.mp4");
    await cloud.outcome("measured.mp4");
    const named = (type: string, name: string) =>
      cloud.resources.find((resource) => resource.type === type && resource.name === `thumbnailer-${name}`);
    const supervise = named("aws:lambda/function:Function", "superviseWorkers")?.state["arn"];
    await cloud.functions.invoke(String(supervise), {});

    const figures = cloud.resources
      .filter(({ type }) => type === "aws:cloudwatch/logMetricFilter:LogMetricFilter")
      .map(({ inputs }) => {
        const { logGroupName, pattern, metricTransformation } = inputs as unknown as MetricFilter;
        const source = logged.filter(
          (entry) =>
            named("aws:cloudwatch/logGroup:LogGroup", entry.source.replace(/^thumbnailer-/, ""))?.state[
              "name"
            ] === logGroupName,
        );
        const values = source.flatMap(({ line }) => metricValue(line, pattern, metricTransformation.value));
        return [metricTransformation.name, values] as const;
      });
    const { Uploads, BytesRead, UploadToThumbnail, WorkersRunning, ...others } = Object.fromEntries(figures);
    assert.deepEqual(others, {});
    assert.deepEqual(Uploads, [1]);
    assert.equal(BytesRead?.length, 1);
    assert.ok(BytesRead[0]! > 0);
    assert.equal(UploadToThumbnail?.length, 1);
    assert.ok(UploadToThumbnail[0]! > 0);
    assert.ok(WorkersRunning?.includes(1), JSON.stringify(WorkersRunning));
  });

  it("reads large uploads back as they were sent", async () => {
    const content = Buffer.alloc(20_000_000, readFileSync(video));
    await cloud.upload(content, "large.bin");
    assert.ok((await read("large.bin")).content.equals(content));
  });
});

interface MetricFilter {
  logGroupName: string;
  pattern: string;
  metricTransformation: { name: string; value: string };
}

/**
 * What a metric filter makes of a line: its value, or nothing. Knows as much of CloudWatch's patterns as the program's
 * filters use. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
function metricValue(line: string, pattern: string, value: string): number[] {
  const fields = JSON.parse(line) as Record<string, unknown>;
  const at = (selector: string) =>
    selector
      .replace("$.", "")
      .split(".")
      .reduce<unknown>((object, name) => (object as Record<string, unknown> | undefined)?.[name], fields);
  const conditions = [...pattern.matchAll(/(\$\.[\w.]+) = (?:"([^"]*)"|\*)/g)];
  assert.ok(conditions.length > 0, pattern);
  const matches = conditions.every(([, selector = "", text]) =>
    text === undefined ? at(selector) !== undefined : at(selector) === text,
  );
  if (!matches) return [];
  return [Number(value.startsWith("$.") ? at(value) : value)];
}
