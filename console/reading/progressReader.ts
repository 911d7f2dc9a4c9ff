import type { FailedVideo, Phase, VideoProgress } from "../messages";
import type { Context } from "../server/context";
import { inTurns } from "./inTurns";
import { loop } from "./loop";
import { hasAllOutputs, isAsWanted, thumbnailOf, wantedOf, type Wanted } from "./videoSteps";

/** What is followed, with what is known of it. */
interface Followed {
  key: string;
  sinceMs: number;
  phase: Phase;
  at: Partial<Record<"uploaded" | Phase, string>>;
  before: number | null;
  reason: string | null;
  wanted: Wanted | undefined;
  /** Failures of this key that were known before. */
  failedBefore: Set<string>;
}

/** So many videos are asked about in one round; the others wait until these are done. */
const followedAtOnce = 64;
/** What is done stays to be seen for so long. */
const shownMs = 10 * 60_000;
/** After so long it is looked less and less often. */
const eagerMs = 60_000;

export interface Progress {
  follow(keys: readonly string[]): void;
  isFollowing(): boolean;
}

/** Follows videos that somebody has asked for here from their upload until all is made of them, or it is sure that it will not. */
export function readProgress(context: Context): Progress {
  const { live, info, stopping } = context;
  const followed = new Map<string, Followed>();
  const unfinished = () => [...followed.values()].filter(({ phase }) => !isFinished(phase));
  let told = "";
  const tell = () => {
    for (const [key, one] of followed)
      if (isFinished(one.phase) && Date.now() - one.sinceMs > shownMs) followed.delete(key);
    const data = [...followed.values()].map(progressOf);
    const text = JSON.stringify(data);
    if (text !== told && !stopping.aborted) live.tell({ name: "progress", data });
    told = text;
  };
  const rounds = loop(async () => {
    const some = unfinished().slice(0, followedAtOnce);
    if (some.length === 0) return undefined;
    await inTurns(some, (one) => look(context, one, unfinished()));
    tell();
    const left = unfinished();
    if (left.length === 0) return undefined;
    const youngestMs = Date.now() - Math.max(...left.map(({ sinceMs }) => sinceMs));
    const patience = 2 ** Math.max(0, Math.floor(youngestMs / eagerMs));
    return Math.min(info.idleSeconds, info.followSeconds * patience);
  }, stopping);
  live.onTold(({ name, data }) => {
    if (name !== "failures" || "problem" in data) return;
    for (const one of unfinished()) judgeFailure(one, data.value.jobs);
    tell();
  });
  return {
    follow(keys) {
      const known = live.last("failures");
      const failures = known === undefined || "problem" in known ? [] : known.value.jobs;
      for (const key of keys) {
        const now = new Date().toISOString();
        followed.delete(key);
        followed.set(key, {
          ...{ key, sinceMs: Date.now(), phase: "queued", at: { uploaded: now, queued: now } },
          ...{ before: null, reason: null, wanted: undefined },
          failedBefore: new Set(failures.filter((job) => job.key === key).map(signature)),
        });
      }
      tell();
      rounds.now();
      context.statusChanged();
    },
    isFollowing: () => unfinished().length > 0,
  };
}

function isFinished(phase: Phase): boolean {
  return phase === "done" || phase === "failed";
}

/** Looks in the bucket for what is made of a video; a call that fails is made again in the next round. */
async function look(context: Context, one: Followed, all: readonly Followed[]): Promise<void> {
  const { stack, videos } = context;
  try {
    one.wanted ??= await wantedOf(stack, one.key);
    if (one.wanted === undefined) {
      fail(one, "the video is gone: it was deleted before its turn");
      return;
    }
    const thumbnail = await thumbnailOf(stack, one.key);
    if (thumbnail === undefined || !isAsWanted(thumbnail, one.wanted)) {
      wait(context, one, all);
      return;
    }
    const { key, eTag, storedAt } = thumbnail;
    videos.seen({ key: one.key, thumbnail: key, eTag, storedAt: storedAt.toISOString() });
    reach(one, "frame");
    if (stack.outputs.extrasAskedFor === "" || (await hasAllOutputs(stack, one.key, one.wanted)))
      reach(one, "done");
    else reach(one, "extras");
  } catch {
    // Whatever is wrong with the stack, its readings tell.
  }
}

/** What a video that has no thumbnail yet waits for, by what the queue and the workers were last seen to be. */
function wait({ live }: Context, one: Followed, all: readonly Followed[]): void {
  const status = live.last("status");
  if (status === undefined || Date.parse(status.readAt) < one.sinceMs || "problem" in status.jobs) return;
  const { waiting, inHand } = status.jobs.value;
  const running = "value" in status.workers ? status.workers.value.running : inHand;
  // SQS keeps no order, but about.
  const later = all.filter(({ sinceMs }) => sinceMs > one.sinceMs).length;
  one.before = waiting === 0 ? null : Math.max(0, waiting - later - 1);
  reach(one, running === 0 ? "starting" : waiting > 0 ? "queued" : "working");
}

function judgeFailure(one: Followed, jobs: readonly FailedVideo[]): void {
  const own = jobs.filter(({ key }) => key === one.key);
  const failure = own.find((job) => !one.failedBefore.has(signature(job)));
  if (failure !== undefined) fail(one, failure.reason);
  // What was sent again is among the failures no longer, and counts when it comes back.
  else one.failedBefore = new Set(own.map(signature));
}

function signature({ failedAt, uploadedAt, reason }: FailedVideo): string {
  return JSON.stringify([failedAt, uploadedAt, reason]);
}

function fail(one: Followed, reason: string): void {
  one.reason = reason;
  reach(one, "failed");
}

function reach(one: Followed, phase: Phase): void {
  if (one.phase === phase) return;
  one.phase = phase;
  if (phase !== "queued" && phase !== "starting") one.before = null;
  one.at = { ...one.at, [phase]: new Date().toISOString() };
}

function progressOf({ key, phase, at, before, reason }: Followed): VideoProgress {
  return { key, phase, at, before, reason };
}
