import { BrokenIndexError } from "../brokenIndex";
import type { Box } from "../../mp4/boxes";
import { editsOf } from "../../mp4/editList";
import type { BoxReader } from "./boxReader";

/** How a track's media are placed on the file's clock. */
export interface Timeline {
  /**
   * Gives when what the media show at a time of theirs is shown, in seconds on the file's clock; undefined: never.
   * `firstTime` is the one of the track's first sample, and `startSeconds` when ffmpeg says that the track begins: where
   * the two do not fit, it is not understood, and a BrokenIndexError thrown.
   */
  readonly placing: (firstTime: number, startSeconds: number) => (time: number) => number | undefined;
}

/** What ffprobe tells is rounded, and the first frame of a cut track may begin before what is shown. */
const tolerance = { wholeSeconds: 0.002, cutSeconds: 0.2 };

/**
 * Reads a track's edit list (ISO/IEC 14496-12, 8.6.6): none, or one stretch of the media at its own speed, after an empty
 * one perhaps. Throws BrokenIndexError for others, which are rare.
 */
export async function readEditList(
  reader: BoxReader,
  trak: Box,
  movieTimescale: number,
  mediaTimescale: number,
): Promise<Timeline> {
  const box = await reader.find(trak, "edts", "elst");
  const edits = box === undefined ? [] : editsOf(await reader.content(box, 1024));
  if (edits === undefined) throw new BrokenIndexError("an edit list that is cut off");
  let [first, second] = edits;
  let emptySeconds = 0;
  if (first?.mediaTime === -1) {
    emptySeconds = first.duration / movieTimescale;
    [first, second] = edits.slice(1);
  }
  if (second !== undefined || (first !== undefined && (first.mediaTime < 0 || first.rate !== 1)))
    throw new BrokenIndexError("an edit list of several parts");
  const edit = first;
  return {
    placing: (firstTime, startSeconds) => {
      // ffmpeg shows the first frame at once where an edit would begin before it.
      const zero = edit === undefined ? 0 : Math.max(edit.mediaTime, firstTime);
      const isCut = firstTime < zero;
      const start = isCut ? emptySeconds : emptySeconds + (firstTime - zero) / mediaTimescale;
      if (Math.abs(start - startSeconds) > (isCut ? tolerance.cutSeconds : tolerance.wholeSeconds))
        throw new BrokenIndexError(`the track begins at ${startSeconds} s, not at ${start} s`);
      const length =
        edit === undefined || edit.duration === 0
          ? Infinity
          : (edit.duration / movieTimescale) * mediaTimescale;
      return (time) =>
        time < zero || time >= zero + length ? undefined : emptySeconds + (time - zero) / mediaTimescale;
    },
  };
}
