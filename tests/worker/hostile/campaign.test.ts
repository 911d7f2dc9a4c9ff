import assert from "node:assert/strict";
import { bundleWorker } from "../../../testkit/bundleWorker";
import { VideoFolder } from "../../../testkit/videoFolder";
import { bucket, LocalAws } from "../aws";
import { frameNumber, numberedVideo } from "../videos";
import { costlyVideos, smallJpeg } from "./costlyVideos";
import { LimitedWorker } from "./limitedWorker";

const taskMemoryMiB = 512;
const define = process.env["TEST_HOSTILE"] === undefined ? describe.skip : describe;

/** What a file cost, for the table at the end. */
interface Row {
  readonly file: string;
  readonly bytes: number;
  readonly outcome: string;
  readonly cpuSeconds: string;
  readonly seconds: string;
  readonly residentMiB: string;
  readonly nextJob: string;
}

define("worker: costly videos in the memory of the smallest task (run by npm run test:hostile)", function () {
  this.timeout(20 * 60_000);
  let aws: LocalAws;
  let folder: VideoFolder;
  let jpeg: Buffer;
  let worker: LimitedWorker;
  const rows: Row[] = [];
  before(async function () {
    if (process.platform !== "linux") this.skip();
    aws = await LocalAws.start();
    folder = await VideoFolder.create();
    await bundleWorker(folder.file("worker.js"));
    await numberedVideo(folder.file("good.mp4"));
    jpeg = await smallJpeg();
    worker = LimitedWorker.start(folder.file("worker.js"), taskMemoryMiB, aws.variables);
  });
  after(async () => {
    const peak = worker.group.peakMiB();
    await worker.stop();
    await aws.stop();
    await folder.remove();
    console.table(rows);
    console.log(`in ${worker.group.kind}; at most ${String(peak)} MiB of memory in use, page cache included`);
  });

  /** Has the proxy answer for the video: the emulator takes none of so many megabytes. */
  function serve(name: string, content: Buffer, at: string): void {
    aws.intercept = ({ method, target, range }, response) => {
      const path = decodeURIComponent(target.split("?")[0]!);
      if (method !== "GET" || path !== `/${bucket}/${name}`) return false;
      const [first = 0, last = 0] = (range ?? "").replace("bytes=", "").split("-").map(Number);
      const bytes = content.subarray(first, last + 1);
      const contentRange = `bytes ${first}-${first + bytes.length - 1}/${content.length}`;
      response.writeHead(206, {
        "content-range": contentRange,
        etag: '"one"',
        "x-amz-meta-thumbnail-timestamp": at,
      });
      response.end(bytes);
      return true;
    };
  }

  for (const { name, at, make, ends } of costlyVideos) {
    it(`${name} at ${at} ends, and the same worker does the next job`, async () => {
      const content = make(jpeg);
      serve(name, content, at);
      const before = worker.use();
      const startedAt = performance.now();
      await aws.sendJob(name);
      const outcome = await worker.outcome(name);
      const seconds = (performance.now() - startedAt) / 1000;
      const after = worker.use();

      const next = `after ${name}.mp4`;
      await aws.upload(next, await folder.read("good.mp4"), { "thumbnail-timestamp": "1" });
      await aws.sendJob(next);
      const nextOutcome = await worker.outcome(next);
      rows.push({
        file: name,
        bytes: content.length,
        outcome: outcome.reason ?? outcome.error ?? outcome.event,
        cpuSeconds: (after.cpuSeconds - before.cpuSeconds).toFixed(1),
        seconds: seconds.toFixed(1),
        residentMiB: `${before.residentMiB} → ${after.residentMiB}`,
        nextJob: nextOutcome.event,
      });
      assert.equal(nextOutcome.event, "thumbnail-stored", JSON.stringify(nextOutcome));
      assert.equal(await frameNumber((await aws.object(`thumb/after ${name}.png`)).content), 25);
      if (ends === "thumbnail") assert.equal(outcome.event, "thumbnail-stored", JSON.stringify(outcome));
      else assert.match(outcome.reason ?? "", ends, `${bucket}/${name}: ${JSON.stringify(outcome)}`);
    });
  }
});
