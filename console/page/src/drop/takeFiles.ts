import { signal } from "@preact/signals";
import type { Problem, UploadedKeys } from "../../../messages";
import { isVideoKey } from "../../../../contract/videoKeys";
import { post, problemOf } from "../server/api";
import { stack } from "../server/stream";
import { keptOf } from "./sending/kept";
import { newUpload, type Upload } from "./sending/upload";
import { addUploads, keysUnderWay } from "./sending/uploads";

/** A file, and where it was in what was dropped: `holiday/a.mp4`. */
export interface TakenFile {
  readonly file: File;
  readonly path: string;
}

/** Why files were left out, and which. */
export interface LeftOut {
  readonly because: "name" | "empty" | "under way";
  readonly names: readonly string[];
}

/** What somebody is asked before videos are replaced. */
export interface Question {
  readonly existing: readonly string[];
  readonly total: number;
  readonly answer: (answer: "replace" | "leave out" | "cancel") => void;
}

/** What of the last files was left out. */
export const leftOut = signal<readonly LeftOut[]>([]);
export const question = signal<Question | undefined>(undefined);
/** Why no file could be taken. */
export const takingProblem = signal<Problem | undefined>(undefined);
/** How many names are looked for in the bucket just now. */
export const lookedFor = signal(0);
/** What the keys of the next files begin with. */
export const prefix = signal("");

const keysAtOnce = 500;
let turn: Promise<void> = Promise.resolve();

/** Uploads those files that are videos under the prefix; one drop after the other, since each may have a question. */
export function takeFiles(files: readonly TakenFile[]): Promise<void> {
  const droppedAtMs = Date.now();
  const under = prefix.value;
  turn = turn.then(async () => {
    takingProblem.value = undefined;
    try {
      addUploads(await uploadsOf(files, under, droppedAtMs));
    } catch (error) {
      takingProblem.value = problemOf(error);
    }
  });
  return turn;
}

async function uploadsOf(files: readonly TakenFile[], under: string, droppedAtMs: number): Promise<Upload[]> {
  const { videoKeys, bucketName = "" } = stack.value ?? {};
  const left = new Map<LeftOut["because"], string[]>();
  const taken = new Map<string, Upload>();
  const underWay = keysUnderWay();
  for (const { file, path } of files) {
    const key = `${under}${path}`;
    const because =
      videoKeys === undefined || !isVideoKey(key, videoKeys)
        ? "name"
        : file.size === 0
          ? "empty"
          : taken.has(key) || underWay.has(key)
            ? "under way"
            : undefined;
    if (because !== undefined) {
      const names = left.get(because) ?? [];
      names.push(path);
      left.set(because, names);
    } else {
      const kept = keptOf(file, path, bucketName);
      const inHand = kept && { key: kept.key, uploadId: kept.uploadId };
      taken.set(key, newUpload(file, kept?.key ?? key, droppedAtMs, inHand));
    }
  }
  leftOut.value = [...left].map(([because, names]) => ({ because, names }));
  const uploads = [...taken.values()];
  const existing = await existingOf(uploads.filter(({ inHand }) => inHand === undefined));
  if (existing.length === 0) return uploads;
  const answer = await ask(existing, uploads.length);
  const there = new Set(existing);
  if (answer === "replace") return uploads;
  return answer === "cancel" ? [] : uploads.filter(({ key }) => !there.has(key));
}

async function existingOf(uploads: readonly Upload[]): Promise<string[]> {
  const keys = uploads.map(({ key }) => key);
  const existing: string[] = [];
  lookedFor.value = keys.length;
  try {
    for (let first = 0; first < keys.length; first += keysAtOnce) {
      const some = { keys: keys.slice(first, first + keysAtOnce) };
      existing.push(...(await post<UploadedKeys>("/api/uploads/exists", some)).keys);
    }
  } finally {
    lookedFor.value = 0;
  }
  return existing;
}

function ask(existing: readonly string[], total: number): Promise<"replace" | "leave out" | "cancel"> {
  return new Promise((resolve) => {
    question.value = {
      ...{ existing, total },
      answer(answer) {
        question.value = undefined;
        resolve(answer);
      },
    };
  });
}
