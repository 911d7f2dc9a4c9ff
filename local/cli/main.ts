import path from "node:path";
import { shownJson } from "../../contract/shown";
import { readArguments, usage, UsageError, type Arguments } from "./arguments";
import { ProgramError } from "../program/program";
import { Progress } from "./progress";
import { reportLines } from "./report";
import { makeOutputs } from "./run";
import { findVideos } from "./videoFiles";
import type { VideoResult } from "./videoResult";

const sample = path.join(__dirname, "..", "..", "samples", "sample.mp4");

async function main(): Promise<number> {
  const startedAtMs = Date.now();
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const videos = await findVideos(args.videos.length > 0 ? args.videos : [path.relative("", sample)]);
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      interrupt.abort(new Interrupted());
    });
  }
  const progress = new Progress((line) => process.stderr.write(`${line}\n`));
  const results = await makeOutputs(videos, args, progress, interrupt.signal, (early) => {
    report(early, args, (Date.now() - startedAtMs) / 1000);
  });
  return results.every(({ ok }) => ok) ? 0 : 1;
}

function report(results: VideoResult[], { json }: Arguments, allSeconds: number): void {
  const lines = json ? results.map(shownJson) : reportLines(results, allSeconds);
  for (const line of lines) process.stdout.write(`${line}\n`);
}

class Interrupted extends Error {}

function exitCode(error: unknown): number {
  if (error instanceof Interrupted) return 130;
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  if (error instanceof ProgramError && error.isConfiguration) {
    process.stderr.write(`${error.message}\nIn the local run: \`--config KEY=VALUE\`.\n`);
    return 2;
  }
  process.stderr.write(`${error instanceof ProgramError ? error.message : format(error)}\n`);
  return 1;
}

function format(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main()
  .catch(exitCode)
  .then(
    (code) => (process.exitCode = code),
    () => undefined,
  );
