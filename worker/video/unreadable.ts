import { printable, UnusableVideoError } from "../errors";
import { looksLike, signatureBytes } from "./fileSignature";

/** The part of ffmpeg that speaks, with its address in memory, the level, and the URL that it speaks of. */
const speaker = /^(?:\[[^\]]*\] *)*(?:.*?http:\/\/127\.0\.0\.1:[^\s:]+: *)?/;

/** What ffmpeg said, without what differs from run to run. */
export function withoutSpeaker(message: string): string {
  return message.replace(speaker, "");
}

/**
 * Why ffprobe could not open the file at `url`, from what it said and what the file's beginning looks like. The
 * same words with every build of ffmpeg, as far as the beginning tells.
 */
export async function unreadable(
  words: readonly string[],
  url: string,
  signal: AbortSignal,
): Promise<UnusableVideoError> {
  const appearance = looksLike(await beginningOf(url, signal));
  if (appearance !== undefined) return new UnusableVideoError(`not a video: it is ${appearance}`);
  const all = words.join("\n");
  if (all.includes("moov atom not found"))
    return new UnusableVideoError("truncated before its index: moov atom missing");
  // ffmpeg itself takes no more than about 16384 × 16384.
  const size = /Picture size (\d+x\d+) is invalid/.exec(all)?.[1];
  if (size !== undefined) return new UnusableVideoError(`too large: ${size} pixels`);
  const refused = /\[(\w+)(?:,[\w,]*)? @ [^\]]*\] \[error\] Format not on whitelist/.exec(all)?.[1];
  if (refused !== undefined) return new UnusableVideoError(`not a video: its format is ${refused}`);
  const last = withoutSpeaker(words.filter((line) => /\[(?:error|fatal)\] /.test(line)).at(-1) ?? "");
  if (last === "End of file") return new UnusableVideoError("truncated within its headers");
  if (last === "Invalid data found when processing input")
    return new UnusableVideoError("not a video: its format is unknown, or its headers are damaged");
  // What the system's error numbers mean for files and memory means nothing for a video.
  if (/^(?:Operation not permitted|Cannot allocate memory|Input\/output error)$/.test(last))
    return new UnusableVideoError("not a video: its headers are damaged");
  return new UnusableVideoError(`not a video: ${printable(last) || "ffprobe can not read it"}`);
}

/** From the worker's own server on loopback, which has it at hand. */
async function beginningOf(url: string, signal: AbortSignal): Promise<Buffer> {
  const answer = await fetch(url, { headers: { range: `bytes=0-${signatureBytes - 1}` }, signal });
  return Buffer.from(await answer.arrayBuffer());
}
