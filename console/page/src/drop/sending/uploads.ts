import { batch, effect, signal, untracked } from "@preact/signals";
import type { Problem } from "../../../../messages";
import { progress } from "../../server/stream";
import { away } from "./cors";
import { hold, isHeld, worked } from "./connection";
import { forget } from "./kept";
import { Sender, throwAway } from "./sender";
import { stageOf, type Stage, type Upload } from "./upload";

const filesAtOnce = 4;

/** Those that were added by this page, the last ones first. */
export const uploads = signal<readonly Upload[]>([]);

const sender = new Sender({
  partStored: worked,
  stored(upload) {
    if (upload.inHand) forget(upload.inHand);
    worked();
    upload.sentBytes.value = upload.file.size;
    upload.state.value = { step: "stored", atMs: Date.now() };
    pump();
  },
  failed(upload, problem) {
    if (problem.kind === "gone" && upload.inHand !== undefined) beginAnew(upload);
    else if (passes(problem)) cut(upload, problem);
    else stopAt(problem, upload);
    pump();
  },
});

/** Adds files of one drop, in their order. */
export function addUploads(added: readonly Upload[]): void {
  uploads.value = [...added, ...uploads.value];
  pump();
}

export function pause(upload: Upload): void {
  sender.stop(upload);
  upload.state.value = { step: "paused" };
  pump();
}

/** Has one go on that was paused or has stopped. */
export function resume(upload: Upload): void {
  upload.state.value = { step: "waiting" };
  pump();
}

/** Has all go on that have stopped. */
export function resumeAll(): void {
  batch(() => {
    for (const { state } of uploads.value) if (state.value.step === "stopped") state.value = { step: "waiting" };
  });
  pump();
}

/** Ends an upload, with nothing left of it. */
export async function cancel(...ended: Upload[]): Promise<void> {
  const gone = new Set(ended);
  for (const upload of ended) sender.stop(upload);
  uploads.value = uploads.value.filter((upload) => !gone.has(upload));
  pump();
  // What can not be thrown away now stays among the interrupted ones.
  await Promise.allSettled(ended.map(async ({ begun }) => begun && throwAway(await begun)));
}

/** Ends all that is not stored yet. */
export function cancelAll(): void {
  void cancel(...uploads.value.filter((upload) => canCancel(stageOf(upload))));
}

export function canCancel(stage: Stage): boolean {
  return ["waiting", "sending", "paused", "cut", "stopped"].includes(stage);
}

/** Shows no more what is done or failed. */
export function clearFinished(): void {
  uploads.value = uploads.value.filter((upload) => !["done", "failed"].includes(stageOf(upload)));
}

/** The keys of files that are on their way to the bucket. */
export function keysUnderWay(): ReadonlySet<string> {
  const left = uploads.value.filter(({ state }) => state.value.step !== "stored");
  return new Set(left.map(({ key }) => key));
}

/** Starts those whose turn it is, which is the order that they were added in. */
function pump(): void {
  if (isHeld.value || !navigator.onLine) return;
  const inOrder = uploads.value.toSorted((a, b) => a.id - b.id);
  let free = filesAtOnce - inOrder.filter(isSent).length;
  for (const upload of inOrder) {
    if (free <= 0) return;
    if (upload.state.value.step !== "waiting") continue;
    sender.start(upload);
    free--;
  }
}

function isSent({ state }: Upload): boolean {
  return state.value.step === "sending" || state.value.step === "finishing";
}

function cut(upload: Upload, problem: Problem): void {
  upload.state.value = { step: "cut", problem };
  hold();
}

/** Where no upload can be better off than this one, those that wait are not tried. */
function stopAt(problem: Problem, upload: Upload): void {
  const stopped = uploads.value.filter(
    ({ state }) => isOfAll(problem) && state.value.step === "waiting",
  );
  batch(() => {
    for (const { state } of [upload, ...stopped]) state.value = { step: "stopped", problem };
  });
}

function beginAnew(upload: Upload): void {
  if (upload.inHand) forget(upload.inHand);
  upload.inHand = upload.begun = undefined;
  upload.sentBytes.value = 0;
  upload.state.value = { step: "waiting" };
}

/** Whether a problem is one of the bucket, and not of one file. */
export function isOfAll({ kind }: Problem): boolean {
  return kind === "cors" || kind === "right";
}

/** Whether it is over sometime without anybody's doing at this page. */
function passes({ kind }: Problem): boolean {
  return kind === "unreachable" || kind === "credentials";
}

/** All that is sent is cut when the network goes, and goes on when it is back. */
effect(() => {
  const held = isHeld.value;
  untracked(() => {
    batch(() => {
      for (const upload of uploads.value) {
        if (held && !navigator.onLine && upload.state.value.step === "sending") {
          sender.stop(upload);
          upload.state.value = { step: "cut", problem: away };
        } else if (!held && upload.state.value.step === "cut") upload.state.value = { step: "waiting" };
      }
    });
    if (!held) pump();
  });
});

effect(() => {
  const told = progress.value;
  untracked(() => {
    const stored = new Map<string, Upload>();
    for (const upload of uploads.value.toReversed()) stored.set(upload.key, upload);
    batch(() => {
      for (const one of told) {
        const upload = stored.get(one.key);
        // Of the same key something may be told that was uploaded before.
        if (upload && Date.parse(one.at.uploaded ?? "") >= upload.droppedAtMs) upload.progress.value = one;
      }
    });
  });
});
