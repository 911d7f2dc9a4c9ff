import { setImmediate } from "node:timers/promises";
import type { HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { messageOf, UnusableVideoError } from "../../../worker/errors";
import { Allowance } from "../../../worker/child/allowance";
import { LoopbackServer } from "../../../worker/source/loopbackServer";
import { makeThumbnail } from "../../../worker/thumbnail";
import { within } from "../../../worker/jobs/timeLimit";
import { parseTimestamp } from "../../../contract/timestamp";
import { memorySource } from "../../../testkit/frameOf";
import type { Container } from "./containers";
import { containers } from "./containers";
import type { MutationName } from "./mutations";
import { mutationNames, mutations } from "./mutations";
import { assertWholePng } from "./png";
import { Random } from "./random";

/** One harmed video and what is asked of it; all of it follows from the seed and the number. */
export interface Case {
  readonly seed: number;
  readonly number: number;
  readonly container: Container;
  readonly mutations: readonly MutationName[];
  readonly timestamp: string;
  readonly content: Buffer;
}

/** What became of a case's job. */
export interface Result {
  readonly outcome: "thumbnail" | "failed" | "retried";
  readonly reason: string | undefined;
  readonly seconds: number;
  /** What must not happen, if it did. */
  readonly anomaly: string | undefined;
}

export function makeCase(seed: number, number: number, videos: ReadonlyMap<Container, Buffer>): Case {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const container = containers[number % containers.length]!;
  const other = videos.get(random.pick(containers))!;
  const names = Array.from({ length: random.pick([1, 1, 2, 3]) }, () => random.pick(mutationNames));
  let content = videos.get(container)!;
  for (const name of names) if (content.length > 8) content = mutations[name](content, random, other);
  return {
    seed,
    number,
    container,
    mutations: names,
    timestamp: random.pick(["0", "00:00.5", "50%", "100%", "00:02", "01:00:00", "auto", "auto"]),
    content,
  };
}

/** Does jobs as the worker does them, with nothing replaced but S3. */
export class Fuzzer {
  private constructor(
    private readonly loopback: LoopbackServer,
    private readonly jobLimitSeconds: number,
  ) {}

  static async start(jobLimitSeconds: number): Promise<Fuzzer> {
    return new Fuzzer(await LoopbackServer.start(), jobLimitSeconds);
  }

  /** Throws when a child process is left. */
  async stop(): Promise<void> {
    this.loopback.stop();
    // Node lets go of a process that has ended within a few turns of its loop.
    for (let turns = 0; children() > 0; turns++) {
      if (turns === 1000) throw new Error(`${children()} child processes are left`);
      await setImmediate();
    }
  }

  async run(fuzzed: Case): Promise<Result> {
    const startedAt = performance.now();
    const result = await this.outcome(fuzzed);
    return { ...result, seconds: (performance.now() - startedAt) / 1000 };
  }

  private async outcome({ content, timestamp, container }: Case): Promise<Omit<Result, "seconds">> {
    const stored: Buffer[] = [];
    const s3 = {
      send(command: HeadObjectCommand | PutObjectCommand) {
        if ("Body" in command.input) stored.push(command.input.Body as Buffer);
        return {};
      },
    };
    try {
      await within(this.jobLimitSeconds, new AbortController().signal, (signal) =>
        makeThumbnail(
          {
            s3: s3 as unknown as S3Client,
            loopback: this.loopback,
            thumbnail: { format: "png", widthPixels: 1280 },
            allowance: () => new Allowance(),
          },
          {
            source: memorySource(content),
            videoKey: `${container}.mp4`,
            chooseTimestamp: () => parseTimestamp(timestamp),
            outputBucket: "videos",
            outputKey: "thumb/fuzzed.png",
          },
          signal,
        ),
      );
      return { outcome: "thumbnail", reason: undefined, anomaly: wrongPicture(stored) };
    } catch (error) {
      const reason = messageOf(error);
      if (error instanceof UnusableVideoError)
        return { outcome: "failed", reason, anomaly: unreadableReason(reason) };
      const limit = /took longer than|of memory$/.test(reason);
      return {
        outcome: "retried",
        reason,
        anomaly: limit ? undefined : `taken for a passing fault: ${reason}`,
      };
    }
  }
}

function children(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "ProcessWrap").length;
}

function wrongPicture(stored: readonly Buffer[]): string | undefined {
  try {
    if (stored.length !== 1) return `${stored.length} pictures were stored`;
    assertWholePng(stored[0]!);
    return undefined;
  } catch (error) {
    return `the picture is broken: ${messageOf(error)}`;
  }
}

/** A reason says what is wrong, in printable characters, and nothing of addresses inside the task. */
function unreadableReason(reason: string): string | undefined {
  if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{10,500}$/u.test(reason))
    return `unfit reason: ${JSON.stringify(reason)}`;
  return /127\.0\.0\.1|0x[0-9a-f]{6}|\bundefined\b|\bNaN\b|gave no reason/.test(reason)
    ? `reason that tells nobody anything: ${reason}`
    : undefined;
}
