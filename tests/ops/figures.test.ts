import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { GetMetricDataCommand, type CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { mockClient } from "aws-sdk-client-mock";
import { makeDirectory } from "../local/videos";
import { readArguments } from "../../ops/arguments";
import { readFigures } from "../../ops/figures";
import { findStack, type Stack } from "../../ops/stack";

describe("npm run ops: a deployed stack", () => {
  const files = makeDirectory();
  const npx = path.join(files.directory, "node_modules", ".bin");
  const pathBefore = process.env["PATH"];
  // Stands in for the Pulumi CLI, which needs a network and a stack; `prod` is the selected one.
  const script = `#!/bin/sh
case "$*" in
  "PREFIXstack --show-name") echo prod ;;
  "PREFIXstack output --json --stack prod") cat <<'JSON'
{"region": "eu-west-1", "bucketName": "videos", "jobQueueUrl": "https://sqs/1/jobs-1a2b3c4",
 "failedJobsQueueUrl": "https://sqs/1/failed-jobs", "failedEventsQueueUrl": "https://sqs/1/failed-events",
 "clusterName": "workers", "metricNamespace": "video-thumbnailer/prod"}
JSON
  ;;
  "PREFIXstack output --json --stack old") echo '{"bucketName": "videos"}' ;;
  *) echo "error: no stack named 'none' found" >&2; exit 255 ;;
esac
`;
  const program = (file: string, prefix = "") => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, script.replaceAll("PREFIX", prefix));
    chmodSync(file, 0o755);
  };
  /** The folders in which a program is looked for, before this machine's own without a Pulumi CLI. */
  const findPrograms = (...folders: string[]) => {
    process.env["PATH"] = [...folders, "/usr/bin", "/bin"].join(path.delimiter);
  };
  before(() => {
    program(path.join(npx, "npx"), "pulumi ");
  });
  beforeEach(() => {
    findPrograms(npx);
  });
  after(() => {
    process.env["PATH"] = pathBefore;
    files.remove();
  });

  async function find(stack?: string): Promise<Stack> {
    const args = readArguments(["status", ...(stack === undefined ? [] : ["--stack", stack])]);
    assert.ok(args !== "help");
    return findStack(args);
  }

  it("is found by the outputs that the Pulumi CLI tells", async () => {
    const stack = await find("prod");
    stack.destroy();
    assert.equal(stack.title, "stack prod");
    assert.deepEqual(stack.outputs.videoSuffixes, [".mp4", ".MP4"]);
    assert.equal(stack.outputs.jobQueueUrl, "https://sqs/1/jobs-1a2b3c4");
  });

  it("is called by its name when it is the selected one", async () => {
    const stack = await find();
    stack.destroy();
    assert.equal(stack.title, "stack prod");
  });

  it("is asked of the Pulumi CLI that is installed, and not of npm's package", async () => {
    const installed = path.join(files.directory, "installed");
    program(path.join(npx, "pulumi"), "npm's package was asked to ");
    program(path.join(installed, "pulumi"));
    program(path.join(npx, "npx"), "npx was asked to ");
    findPrograms(npx, installed);
    try {
      (await find("prod")).destroy();
      await assert.rejects(find("none"), (error: Error) =>
        error.message.startsWith(
          "The stack cannot be read with `pulumi stack output --json --stack none` " +
            `(${path.join(installed, "pulumi")}):\n`,
        ),
      );
    } finally {
      rmSync(path.join(npx, "pulumi"));
      program(path.join(npx, "npx"), "pulumi ");
    }
  });

  it("is asked for by name when there is none of this one, in Pulumi's own words", async () => {
    await assert.rejects(
      find("none"),
      /with `npx pulumi stack output .*none`:\nerror: no stack named 'none' found\nName a stack with --stack/,
    );
  });

  it("must be deployed with outputs that the command needs", async () => {
    await assert.rejects(
      find("old"),
      /stack old has no output region, jobQueueUrl.*`npx pulumi up`; or say it all by options instead: --region, --bucket/,
    );
  });

  it("has figures of the last hour, asked for in one call about its own metrics", async () => {
    const stack = await find("prod");
    const cloudWatch = mockClient(stack.cloudWatch as CloudWatchClient);
    cloudWatch.on(GetMetricDataCommand).resolves({
      MetricDataResults: [
        { Id: "oldestJob", Values: [12, 40] },
        { Id: "uploads", Values: [3, 4] },
        { Id: "thumbnails", Values: [5] },
        { Id: "p50", Values: [2.5] },
        { Id: "p95", Values: [] },
      ],
    });
    assert.deepEqual(await readFigures(stack), {
      oldestJobSeconds: 12,
      uploads: 7,
      thumbnails: 5,
      p50Seconds: 2.5,
    });
    const [call, ...others] = cloudWatch.commandCalls(GetMetricDataCommand);
    assert.equal(others.length, 0);
    const [startMs, endMs] = [call?.args[0].input.StartTime, call?.args[0].input.EndTime].map(Number);
    assert.deepEqual([Number(endMs) % 60_000, Number(endMs) - Number(startMs)], [0, 3_600_000]);
    const asked = (call?.args[0].input.MetricDataQueries ?? []).map(({ MetricStat }) => [
      MetricStat?.Metric?.Namespace,
      MetricStat?.Metric?.MetricName,
      MetricStat?.Metric?.Dimensions?.[0]?.Value,
      MetricStat?.Stat,
    ]);
    assert.deepEqual(asked, [
      ["AWS/SQS", "ApproximateAgeOfOldestMessage", "jobs-1a2b3c4", "Maximum"],
      ["video-thumbnailer/prod", "Uploads", undefined, "Sum"],
      ["video-thumbnailer/prod", "BytesRead", undefined, "SampleCount"],
      ["video-thumbnailer/prod", "UploadToThumbnail", undefined, "p50"],
      ["video-thumbnailer/prod", "UploadToThumbnail", undefined, "p95"],
    ]);
    stack.destroy();
  });
});
