import { setImmediate } from "node:timers/promises";
import { extraKey, manifestName, type ExtrasSettings } from "../../../contract/extras";
import type { Manifest, ManifestInMaking } from "../../../contract/manifest";
import { messageOf, UnusableVideoError } from "../../../worker/errors";
import { Allowance } from "../../../worker/child/allowance";
import { LoopbackServer } from "../../../worker/source/loopbackServer";
import { makeThumbnail } from "../../../worker/thumbnail";
import { makersOf } from "../../../worker/making/makersOf";
import { within } from "../../../worker/jobs/timeLimit";
import { parseTimestamp } from "../../../contract/timestamp";
import { memorySource } from "../../../testkit/frameOf";
import type { Container } from "./containers";
import { containers } from "./containers";
import type { MutationName } from "./mutations";
import { mutationNames, mutations } from "./mutations";
import { assertWholePng } from "./png";
import { Random } from "./random";
import { StoredObjects } from "./storedObjects";

/** All that can be made, small enough that thousands of videos can be tried. */
const extras: ExtrasSettings = {
  storyboard: { tileWidthPixels: 64, format: "jpg" },
  preview: { seconds: 2, widthPixels: 64 },
  renditions: [
    { widthPixels: 32, format: "webp" },
    { widthPixels: 48, format: "jpg" },
  ],
};

const outputKey = "thumb/fuzzed.png";

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

  private async outcome({ number, content, timestamp, container }: Case): Promise<Omit<Result, "seconds">> {
    const stored = new StoredObjects();
    const videoKey = `${container}.mp4`;
    try {
      await within(this.jobLimitSeconds, new AbortController().signal, (signal) =>
        makeThumbnail(
          {
            s3: stored.client,
            loopback: this.loopback,
            thumbnail: { format: "png", widthPixels: 1280 },
            allowance: () => new Allowance(),
          },
          {
            source: memorySource(content),
            videoKey,
            chooseTimestamp: () => parseTimestamp(timestamp),
            outputBucket: "videos",
            outputKey,
            extras: {
              folder: extraKey(videoKey, "", "extras/"),
              settings: extras,
              makers: makersOf(extras),
              newMaker: () => String(number),
              now: () => new Date(),
            },
          },
          signal,
        ),
      );
      return { outcome: "thumbnail", reason: undefined, anomaly: wrongOutputs(stored, videoKey) };
    } catch (error) {
      const reason = messageOf(error);
      const half = halfMade(stored, videoKey);
      if (half !== undefined) return { outcome: "failed", reason, anomaly: half };
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

/** Of a job that is done there is all that its manifest names, and nothing else. */
function wrongOutputs({ contents }: StoredObjects, videoKey: string): string | undefined {
  try {
    assertWholePng(contents.get(outputKey) ?? Buffer.alloc(0));
    const key = extraKey(videoKey, manifestName, "extras/");
    const manifest = JSON.parse(String(contents.get(key))) as Manifest | ManifestInMaking;
    if (manifest.state !== "ready") return "the manifest is not ready";
    const named = [key, ...manifest.outputs.map((output) => output.key)].sort();
    const there = [...contents.keys()].sort();
    if (named.join() !== there.join())
      return `the manifest names ${named.join()}, and there is ${there.join()}`;
    const other = manifest.outputs.find((output) => contents.get(output.key)?.length !== output.bytes);
    return other && `${other.key} is another than its manifest says`;
  } catch (error) {
    return `the outputs are broken: ${messageOf(error)}`;
  }
}

/** Of a job that fails nothing is left but a whole thumbnail. */
function halfMade({ contents }: StoredObjects, videoKey: string): string | undefined {
  const manifest = contents.get(extraKey(videoKey, manifestName, "extras/"));
  return manifest === undefined ? undefined : `a manifest is left of a job that failed: ${String(manifest)}`;
}

/** A reason says what is wrong, in printable characters, and nothing of addresses inside the task. */
function unreadableReason(reason: string): string | undefined {
  if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{10,500}$/u.test(reason))
    return `unfit reason: ${JSON.stringify(reason)}`;
  return /127\.0\.0\.1|0x[0-9a-f]{6}|\bundefined\b|\bNaN\b|gave no reason/.test(reason)
    ? `reason that tells nobody anything: ${reason}`
    : undefined;
}
