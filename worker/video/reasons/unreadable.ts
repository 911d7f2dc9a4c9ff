import { UnusableVideoError } from "../../errors";
import { looksLike, signatureBytes, soundsLike } from "./fileSignature";
import { readServed } from "./readServed";
import { topLevelBoxes } from "./topLevelBoxes";

/** Matroska, AVI, FLV, Ogg, ASF. */
const otherContainers = /^(?:\p{Cc}E\xdf\xa3|RIFF....AVI |FLV\p{Cc}|OggS|0&\xb2u\x8ef\xcf\p{Cc})/su;

/**
 * Why ffprobe could not open the file at `url`, of which it said `words`: from what the file itself holds, so that it is
 * the same with every build of ffmpeg.
 */
export async function unreadable(
  words: readonly string[],
  url: string,
  signal: AbortSignal,
): Promise<UnusableVideoError> {
  const { bytes } = await readServed(url, 0, signatureBytes, signal);
  const sound = soundsLike(bytes);
  if (sound !== undefined) return new UnusableVideoError(`no video stream: it is ${sound}`);
  const appearance = looksLike(bytes);
  if (appearance !== undefined) return new UnusableVideoError(`not a video: it is ${appearance}`);
  const all = words.join("\n");
  // ffmpeg itself takes no more than about 16384 × 16384.
  const size = /Picture size (\d+x\d+) is invalid/.exec(all)?.[1];
  if (size !== undefined) return new UnusableVideoError(`too large: ${size} pixels`);
  const boxes = await topLevelBoxes(url, signal);
  if (boxes === undefined)
    return otherContainers.test(bytes.toString("latin1"))
      ? damagedHeaders()
      : new UnusableVideoError("not a video: its format is unknown, or its headers are damaged");
  if (!boxes.types.has("moov"))
    return new UnusableVideoError("truncated before its index: moov atom missing");
  return boxes.cut === "moov" ? new UnusableVideoError("truncated within its index") : damagedHeaders();
}

function damagedHeaders(): UnusableVideoError {
  return new UnusableVideoError("not a video: its headers are damaged or cut off");
}
