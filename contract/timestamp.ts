/** A place in a video, or the worker's choice: the frame that stands best for the video. */
export type Timestamp = FixedTimestamp | { readonly kind: "auto" };

/** A place in a video: seconds from its start, or a percentage of its video track's duration. */
export type FixedTimestamp =
  | { readonly kind: "seconds"; readonly seconds: number }
  | { readonly kind: "percent"; readonly percent: number };

/** The timestamp of those that ask for none. */
export const defaultTimestamp = "auto";

const allowedForms =
  "auto, SS[.mmm], MM:SS[.mmm], HH:MM:SS[.mmm] or a percentage of the duration such as 25% or 25 percent";

/**
 * Reads `auto`, `SS[.mmm]`, `MM:SS[.mmm]`, `HH:MM:SS[.mmm]` (only the first part may exceed 59) or `25%` (0 to 100),
 * which is `25 percent` in a tag, where S3 takes no percent sign.
 * Throws an Error that names the text and what is allowed.
 */
export function parseTimestamp(text: string): Timestamp {
  if (text.trim() === "auto") return { kind: "auto" };
  return parsePercent(text.trim()) ?? parseClock(text.trim()) ?? malformed(text);
}

/**
 * The timestamp at the end of a file's name: `cat_00-01.mp4` means 00:01, `talk_01-02-03.mp4` means 01:02:03.
 * Undefined for every other name.
 */
export function timestampFromFileName(key: string): FixedTimestamp | undefined {
  const match = /_((?:\d{2}-)?\d{2}-\d{2})\.[^./]+$/.exec(key);
  return match?.[1] === undefined ? undefined : parseClock(match[1].replaceAll("-", ":"));
}

function parsePercent(text: string): FixedTimestamp | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,3})?) ?(?:%|percent)$/.exec(text);
  const percent = Number(match?.[1]);
  return percent <= 100 ? { kind: "percent", percent } : undefined;
}

function parseClock(text: string): FixedTimestamp | undefined {
  if (!/^(?:\d{1,6}|\d{1,4}:\d{1,2}|\d{1,3}:\d{1,2}:\d{1,2})(?:\.\d{1,3})?$/.test(text)) return undefined;
  const [first = 0, ...rest] = text.split(":").map(Number);
  if (rest.some((part) => part >= 60)) return undefined;
  return { kind: "seconds", seconds: rest.reduce((seconds, part) => seconds * 60 + part, first) };
}

function malformed(text: string): never {
  throw new Error(`${JSON.stringify(text)} is not a timestamp: ${allowedForms} is allowed.`);
}
