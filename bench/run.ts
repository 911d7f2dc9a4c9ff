import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { LoopbackServer } from "../worker/source/loopbackServer";
import { chart } from "./chart";
import { Cloud } from "./cloud";
import { measure, median } from "./measure";
import { methods } from "./methods";
import type { Row } from "./table";
import { table } from "./table";
import { throughput } from "./throughput";
import { makeVideos } from "./videos";

const outDirectory = path.join(__dirname, "../out/bench");
const positions = [2, 60, 300, 590];
const throughputJobs = 60;

/** Usage: npm run bench. Measures for some minutes, and writes its tables and charts to out/bench/. */
async function main(): Promise<void> {
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  tell("making the videos");
  const videos = await makeVideos(outDirectory);
  const directory = await mkdtemp(path.join(tmpdir(), "bench-"));
  const cloud = await Cloud.start(path.join(directory, "s3"));
  const loopback = await LoopbackServer.start();
  const rows: Row[] = [];
  const results: string[] = [];
  try {
    for (const video of videos) {
      tell(`uploading: ${video.name}`);
      await cloud.upload(video.file, video.key);
      const all = methods(cloud, loopback, directory);
      for (const method of all) if (method.times > 1) await method.run(video.key, 30);
      for (const atSeconds of positions) {
        const costs = all.map(() => [] as Awaited<ReturnType<typeof measure>>[]);
        // One after the other, so that what else the machine does meets all alike.
        for (let time = 0; time < Math.max(...all.map(({ times }) => times)); time++) {
          for (const [i, method] of all.entries()) {
            if (time >= method.times) continue;
            tell(`${video.name}, ${atSeconds} s: ${method.name}`);
            costs[i]?.push(await measure(cloud, () => method.run(video.key, atSeconds)));
          }
        }
        for (const [i, { name }] of all.entries()) {
          rows.push({ video: video.name, atSeconds, method: name, cost: median(costs[i] ?? []) });
        }
      }
      const ofVideo = rows.filter((row) => row.video === video.name);
      const title = `Time to a thumbnail of a 10-minute video, ${video.name}`;
      await writeFile(path.join(outDirectory, `${path.parse(video.key).name}.svg`), chart(title, ofVideo));
    }
    const version = execFileSync("ffmpeg", ["-version"], { encoding: "utf8" }).split(" Copyright")[0] ?? "";
    results.push(`${availableParallelism()} CPUs, ${version}\n`, table(rows));
    tell(`throughput: ${throughputJobs} jobs`);
    execFileSync("npm", ["run", "--silent", "build", "--", "--log-level=error"], {
      cwd: path.join(__dirname, "../worker"),
    });
    await cloud.upload(path.join(__dirname, "../samples/sample.mp4"), "sample.mp4");
    results.push(await throughput(cloud, "sample.mp4", throughputJobs));
  } finally {
    loopback.stop();
    cloud.stop();
    await rm(directory, { recursive: true });
  }
  tell("");
  await writeFile(path.join(outDirectory, "results.md"), results.join("\n"));
  console.log(`${results.join("\n")}\nCharts: ${outDirectory}`);
}

/** Progress, on one line of stderr. */
function tell(words: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${words}` : words && `${words}\n`);
}

void main();
