import { shown } from "../../contract/shown";
import type { CloudEvent } from "../localCloud";
import type { MadeFiles } from "../program/madeFiles";

/** Lines of a part of the local cloud that are shown when it fails. */
const keptLines = 20;

/** Tells a person what happens, in short lines. */
export class Progress {
  private readonly workers: string[] = [];
  private readonly recent: string[] = [];

  constructor(readonly say: (line: string) => void) {}

  /** `files`: what the stack makes, once that is known. */
  onEvent(event: CloudEvent, files?: Pick<MadeFiles, "bucket" | "thumbnails">): void {
    switch (event.type) {
      case "object-created": {
        const { bucket, key } = event.object;
        if (files !== undefined && bucket === files.bucket && key.startsWith(files.thumbnails.prefix))
          this.say(`${shown(key)}: stored`);
        break;
      }
      case "outputs-ready": {
        const { video, outputs } = event.manifest;
        this.say(`${shown(video.key)}: all of its ${outputs.length} outputs are ready`);
        break;
      }
      case "task": {
        const worker = `worker ${this.numberOf(event.task.arn)}`;
        const { lastStatus, exitCode } = event.task;
        if (lastStatus === "RUNNING") this.say(`${worker}: started`);
        if (lastStatus === "STOPPED") this.say(`${worker}: ended with exit code ${exitCode ?? "unknown"}`);
        break;
      }
      case "worker-line":
        this.keep(event.line);
        this.tellOfJob(event.line);
        break;
      case "function-line":
        this.keep(`${event.functionName}: ${event.line}`);
    }
  }

  /** The last lines that workers and functions printed. */
  lastLines(): string[] {
    return [...this.recent];
  }

  private tellOfJob(line: string): void {
    const { event, key, error } = readWorkerLine(line);
    if (key === undefined) return;
    if (event === "job-started") this.say(`${shown(key)}: a worker has taken the job`);
    if (event === "job-left-for-retry") this.say(`${shown(key)}: will be tried again: ${shown(error ?? "")}`);
  }

  private numberOf(taskArn: string): number {
    if (!this.workers.includes(taskArn)) this.workers.push(taskArn);
    return this.workers.indexOf(taskArn) + 1;
  }

  private keep(line: string): void {
    this.recent.push(line);
    if (this.recent.length > keptLines) this.recent.shift();
  }
}

/** What the worker tells in a line of its log. */
export function readWorkerLine(line: string): { event?: string; key?: string; error?: string } {
  try {
    return JSON.parse(line) as { event?: string; key?: string; error?: string };
  } catch {
    return {};
  }
}
