import type { Status } from "../../messages";
import type { Context } from "../../server/context";
import { Followed } from "./followed";
import { inTurns } from "../inTurns";
import { loop, type Loop } from "../loop";
import { hasAllOutputs, isAsWanted, thumbnailOf, wantedOf } from "./videoSteps";

/** So many videos are asked about in one round; the others wait until these are done. */
const followedAtOnce = 64;
/** What is done or has failed stays to be seen for so long. */
const shownMs = 10 * 60_000;
/** After so long it is looked less and less often, and the stack is no longer read more often for its sake. */
const eagerMs = 60_000;

export interface Progress extends Pick<Loop, "settled"> {
  follow(keys: readonly string[]): void;
  /** Whether a video is followed that was asked for in the last minutes. */
  isFollowing(): boolean;
}

/**
 * Follows videos that somebody has asked for here from their upload until all is made of them, or it is sure that it will
 * not: by their objects in S3, by the counts of the queue and the workers, and by what failed.
 */
export function readProgress(context: Context): Progress {
  const { live, info, stopping } = context;
  const followed = new Map<string, Followed>();
  const unfinished = () => [...followed.values()].filter(({ isFinished }) => !isFinished);
  let told = "[]";
  const tell = () => {
    const data = [...followed.values()].map(({ progress }) => progress);
    const text = JSON.stringify(data);
    if (text !== told && !stopping.aborted) live.tell({ name: "progress", data });
    told = text;
  };
  const rounds = loop(async () => {
    if (!live.isWatched) return undefined;
    await inTurns(nextOf(unfinished()), (one) => look(context, one));
    forgetOld(followed);
    tell();
    return waitSeconds([...followed.values()], info);
  }, stopping);
  live.onWatched(() => {
    rounds.now();
  });
  live.onTold(({ name, data }) => {
    if (name === "status") judgeQueue(unfinished(), data);
    else if (name === "failures" && "value" in data)
      for (const one of unfinished()) one.judgeFailures(data.value.jobs);
    else return;
    tell();
  });
  return {
    follow(keys) {
      const known = live.last("failures");
      const failures = known !== undefined && "value" in known ? known.value.jobs : undefined;
      for (const key of keys) {
        // The last that was asked for stands last.
        followed.delete(key);
        followed.set(key, new Followed(key, failures));
      }
      tell();
      rounds.now();
      context.statusChanged();
    },
    isFollowing: () => unfinished().some(({ sinceMs }) => Date.now() - sinceMs < shownMs),
    settled: () => rounds.settled(),
  };
}

/**
 * Those whose turn it is: by age, but what was looked for in vain for minutes goes behind the others, and then after each
 * other, so that what never comes to an end keeps nobody waiting.
 */
function nextOf(unfinished: readonly Followed[]): Followed[] {
  const isPassed = ({ firstLookMs = Infinity }: Followed) => Date.now() - firstLookMs >= shownMs;
  const passed = unfinished.filter(isPassed).sort((a, b) => a.lastLookMs - b.lastLookMs);
  return [...unfinished.filter((one) => !isPassed(one)), ...passed].slice(0, followedAtOnce);
}

/** Looks in the bucket for what is made of a video; a call that fails is made again in the next round. */
async function look(context: Context, one: Followed): Promise<void> {
  const { stack, videos } = context;
  one.lastLookMs = Date.now();
  one.firstLookMs ??= one.lastLookMs;
  try {
    // Meanwhile it may have been deleted, stored anew, or given another tag, by somebody else.
    if (one.wanted === undefined || one.lastLookMs - one.wantedMs >= eagerMs) {
      one.wanted = await wantedOf(stack, one.key);
      one.wantedMs = one.lastLookMs;
    }
    if (one.wanted === undefined) {
      one.fail("the video is gone: it was deleted before its turn");
      return;
    }
    const thumbnail = await thumbnailOf(stack, one.key);
    if (thumbnail === undefined || !isAsWanted(thumbnail, one.wanted)) return;
    const { key, eTag, storedAt } = thumbnail;
    videos.seen({ key: one.key, thumbnail: key, eTag, storedAt: storedAt.toISOString() });
    if (!one.hasThumbnail) one.reach("frame");
    const areExtrasAskedFor = stack.outputs.extrasAskedFor !== "";
    if (!areExtrasAskedFor || (await hasAllOutputs(stack, one.key, one.wanted))) one.reach("done");
    else one.reach("extras");
  } catch {
    // Whatever is wrong with the stack, its readings tell.
  }
}

function judgeQueue(unfinished: readonly Followed[], status: Status): void {
  const readAtMs = Date.parse(status.readAt);
  const waiting = unfinished.filter(({ hasThumbnail, sinceMs }) => !hasThumbnail && sinceMs <= readAtMs);
  for (const [index, one] of waiting.entries()) one.judgeQueue(status, waiting.length - 1 - index);
}

function forgetOld(followed: Map<string, Followed>): void {
  for (const [key, { finishedMs }] of followed)
    if (finishedMs !== undefined && Date.now() - finishedMs >= shownMs) followed.delete(key);
}

/** Until the next round: soon while a video is young, and otherwise until what is done is to go. Undefined: there is nothing. */
function waitSeconds(followed: readonly Followed[], info: Context["info"]): number | undefined {
  const ages = followed.filter(({ isFinished }) => !isFinished).map(({ sinceMs }) => Date.now() - sinceMs);
  if (ages.length > 0) {
    const patience = 2 ** Math.floor(Math.min(...ages) / eagerMs);
    return Math.min(info.idleSeconds, info.followSeconds * patience);
  }
  const finished = followed.flatMap(({ finishedMs }) => (finishedMs === undefined ? [] : [finishedMs]));
  return finished.length === 0 ? undefined : (Math.min(...finished) + shownMs - Date.now()) / 1000;
}
