import type { VideoTrack } from "../video/videoTrack";
import type { Complaint } from "./complaints";
import { complaintOf } from "./complaints";
import { decodedTime } from "./frameChoice";

/** Decoders that give frames without what these refer to. Others begin at a keyframe, or say what is missing. */
const begunAnywhere = new Set(["hevc", "mpeg4"]);
/** Decoders that give no frame before one that is complete without those before it. */
const begunAtKeyframe = new Set(["h264", "mpeg1video", "mpeg2video"]);

/** Whether the frames before the first keyframe are to be left out. */
export function leavesOutUntilKeyframe({ codec }: VideoTrack): boolean {
  return begunAnywhere.has(codec);
}

/** Frames that a decoder may be ahead of the one that it gives, besides those that it reorders. */
const aheadFrames = 2;

/** One frame that a decoder gave; its time in microseconds on the file's own clock. */
interface Given {
  readonly time: number;
  readonly isKey: boolean;
}

/**
 * What ffmpeg's log tells of the frames up to the one shown. An upload can have it print anything: so this decides how
 * often a picture is tried, and what is told of it, and never which frame it is.
 *
 * A brief log marks the first frame and those after the wanted one; then a complaint counts when it comes before those,
 * though it may be about a frame after the wanted one, or one of an earlier group of pictures. A full log, of one
 * thread, has each frame in the decoder's own order: then a complaint counts unless a keyframe that was decoded after it
 * comes before the frame shown, since nothing refers beyond that.
 */
export class DecodeLog {
  private readonly given: Given[] = [];
  private readonly complaints: { readonly kind: Complaint; readonly framesBefore: number }[] = [];
  private isOpen = false;

  constructor(
    private readonly track: VideoTrack,
    private readonly isFull: boolean,
    /** Whether the frames before the first keyframe are left out. */
    private readonly waitsForKeyframe: boolean,
  ) {}

  onLine(line: string): void {
    const frame = this.isFull ? frameGiven(line) : markedFrame(line);
    if (frame !== undefined) this.given.push(frame);
    // What comes before is about the frames at the file's beginning, by which ffmpeg finds out what is in it.
    else if (/^\[info\] Stream mapping:/.test(line)) this.isOpen = true;
    else if (this.isOpen || !this.isFull) {
      const kind = complaintOf(line, this.track);
      if (kind !== undefined) this.complaints.push({ kind, framesBefore: this.given.length });
    }
  }

  /** How many complaints are about the frame of the time, or one that it may refer to. */
  complaintsUntil(time: number): number {
    const isAfter = (frame: Given) => frame.time > time + 1;
    const shown = this.isFull
      ? this.given.findLastIndex((frame) => !isAfter(frame))
      : this.given.findIndex(isAfter);
    const last = shown === -1 ? this.given.length : shown;
    const first = this.firstComplete();
    const delay = this.track.reorderedFrames + aheadFrames;
    const lastKeyframe = this.given.findLastIndex(({ isKey }, index) => isKey && index <= last);
    return this.complaints.filter(({ kind, framesBefore }) => {
      if (framesBefore > last) return false;
      if (kind === "missing" && this.mayBeginAnywhere() && framesBefore <= first) return false;
      return !this.isFull || lastKeyframe < framesBefore + delay;
    }).length;
  }

  /** Which frame is the first one that is complete without those before it; -1: none. */
  private firstComplete(): number {
    const all = !this.isFull || begunAtKeyframe.has(this.track.codec);
    return this.given.findIndex(({ isKey }) => all || isKey);
  }

  /** Whether a seek may end in the middle of a group of pictures, without harm to what is shown. */
  private mayBeginAnywhere(): boolean {
    const { container, codec } = this.track;
    const isWhole = begunAnywhere.has(codec) ? this.waitsForKeyframe : begunAtKeyframe.has(codec);
    return /^mpeg(?:ts)?$/.test(container) && isWhole;
  }
}

/** A frame that the filter graph marks. */
function markedFrame(line: string): Given | undefined {
  const time = decodedTime(line);
  return time === undefined ? undefined : { time, isKey: false };
}

/** A frame in what ffmpeg prints with `-debug_ts`. */
function frameGiven(line: string): Given | undefined {
  if (!line.includes("decoder -> ")) return undefined;
  const [, pts, isKey, numerator, denominator] =
    /\b(?:frame_)?pts:(-?\d+|NOPTS) .*\bkeyframe:([01]) .*\btime_base:(\d+)\/(\d+)/.exec(line) ?? [];
  if (isKey === undefined) return undefined;
  return {
    time: Math.round((Number(pts) * 1e6 * Number(numerator)) / Number(denominator)),
    isKey: isKey === "1",
  };
}
