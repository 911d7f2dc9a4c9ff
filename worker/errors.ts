import type { FailureReasonText } from "../contract/failureReasons";

/** Characters of a reason that people read. */
export const maxReasonLength = 500;

/**
 * The video (or its job) can never give a thumbnail: retrying is useless. The message is the reason that people
 * read in the log and in the failed-jobs queue, such as `no video stream: audio only (aac)`. Of every other
 * error `jobs/faults.ts` says whether it spends one of the job's tries.
 */
export class UnusableVideoError extends Error {
  override readonly name = "UnusableVideoError";

  readonly reason: FailureReasonText;

  /** The try from which on it is believed; before that it may have been the fault of something else. */
  readonly fromTry: number;

  constructor(reason: FailureReasonText, { fromTry = 1 } = {}) {
    const text = printable(reason, maxReasonLength) as FailureReasonText;
    super(text);
    this.reason = text;
    this.fromTry = fromTry;
  }
}

/** There is no such video any more. */
export class VideoGoneError extends UnusableVideoError {}

/**
 * While its job was done, the video was replaced, or another worker stored a thumbnail of it: no fault, and nothing that
 * waiting cures. The job is to be done again at once, for the video that is there now, and this costs it no try.
 */
export class ReplacedVideoError extends Error {
  override readonly name = "ReplacedVideoError";
}

/** One of a video's extras could not be made, for a reason that may pass; its `cause` says whose doing it is. */
export class ExtraFailedError extends Error {
  override readonly name = "ExtraFailedError";

  constructor(
    readonly extra: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${extra}: ${problem}`, options);
  }
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message === "" ? error.name : error.message;
  return text.replaceAll(/\s+/g, " ").trim();
}

/**
 * Text that may hold an upload's own bytes (ffmpeg's messages, a metadata value), made fit to be shown: printable
 * characters on one line, at most `maxLength` of them, and only those that every reader of SQS messages takes.
 */
export function printable(text: string, maxLength = 300): string {
  const clean = text
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]+/gu, " ")
    .replaceAll(/[\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll(/ {2,}/g, " ")
    .trim();
  return clean.length <= maxLength ? clean : `${clean.slice(0, maxLength - 1)}…`;
}
