import type { FailedVideo, Phase, Status, VideoProgress } from "../../messages";
import type { Wanted } from "./videoSteps";

/** Phases in which a video has no thumbnail of what was asked for. */
const beforeThumbnail: readonly Phase[] = ["queued", "starting", "working"];

/** A video whose progress is followed, and what is known of it. */
export class Followed {
  readonly sinceMs = Date.now();
  phase: Phase = "queued";
  /** When it was done or had failed. */
  finishedMs: number | undefined;
  wanted: Wanted | undefined;
  /** When it was asked what the video wants. */
  wantedMs = 0;
  /** When its objects were looked for, the first time and the last; undefined and 0 before that. */
  firstLookMs: number | undefined;
  lastLookMs = 0;
  private readonly at: Partial<Record<"uploaded" | Phase, string>>;
  private before: number | null = null;
  private reason: string | null = null;
  /** Failures of this video that are of earlier jobs; undefined as long as nobody has looked. */
  private failedBefore: ReadonlySet<string> | undefined;

  /** `failures` are those that were known when the jobs were asked for. */
  constructor(
    readonly key: string,
    failures: readonly FailedVideo[] | undefined,
  ) {
    const now = new Date(this.sinceMs).toISOString();
    this.at = { uploaded: now, queued: now };
    this.failedBefore = failures && new Set(this.own(failures).map(signature));
  }

  get isFinished(): boolean {
    return this.finishedMs !== undefined;
  }

  get hasThumbnail(): boolean {
    return !beforeThumbnail.includes(this.phase);
  }

  reach(phase: Phase): void {
    if (this.phase === phase) return;
    this.phase = phase;
    if (phase !== "queued" && phase !== "starting") this.before = null;
    this.at[phase] = new Date().toISOString();
    if (phase === "done" || phase === "failed") this.finishedMs = Date.now();
  }

  fail(reason: string): void {
    this.reason = reason;
    this.reach("failed");
  }

  /**
   * What it waits for, by how the stack stands; `later` is how many of the jobs that wait were asked for after its own. SQS
   * keeps no order, and counts approximately: so it is with what is told of it.
   */
  judgeQueue({ readAt, jobs, workers }: Status, later: number): void {
    if (this.hasThumbnail || this.isFinished || Date.parse(readAt) < this.sinceMs || "problem" in jobs)
      return;
    const { waiting, inHand } = jobs.value;
    if (waiting + inHand === 0) return;
    const before = waiting - 1 - later;
    const { running, starting } = "value" in workers ? workers.value : { running: inHand, starting: 0 };
    if (running > 0 && inHand > 0 && before < 0) this.reach("working");
    else if (this.phase !== "working") {
      this.before = Math.max(0, before);
      this.reach(running === 0 && starting > 0 ? "starting" : "queued");
    }
  }

  /** Whether its own job has failed, by all that there are. */
  judgeFailures(failures: readonly FailedVideo[]): void {
    const own = this.own(failures);
    const isEarlier = (job: FailedVideo) =>
      this.failedBefore?.has(signature(job)) ?? Date.parse(job.failedAt ?? "1970") < this.sinceMs;
    const failure = own.find((job) => !isEarlier(job));
    if (failure !== undefined) this.fail(failure.reason);
    // What was sent again is among the failures no longer, and counts when it comes back.
    this.failedBefore = new Set(own.map(signature));
  }

  get progress(): VideoProgress {
    const { key, phase, at, before, reason } = this;
    return { key, phase, at: { ...at }, before, reason };
  }

  private own(failures: readonly FailedVideo[]): FailedVideo[] {
    return failures.filter(({ key }) => key === this.key);
  }
}

function signature({ failedAt, uploadedAt, reason }: FailedVideo): string {
  return JSON.stringify([failedAt, uploadedAt, reason]);
}
