import { UnusableVideoError } from "../errors";
import type { VideoTrack } from "../video/videoTrack";
import { endSeconds } from "../video/videoTrack";
import type { Decoded, DecodeStart } from "./decode";
import { leavesOutUntilKeyframe } from "./decodeLog";
import type { FrameChoice } from "./frameChoice";

/** One run of ffmpeg. */
export type Run = (choice: FrameChoice, start: DecodeStart) => Promise<Decoded>;

/** A picture and what is known of it. */
export interface Picture {
  readonly image: Buffer;
  readonly furtherImages: readonly Buffer[];
  /** Microseconds, on the file's clock. */
  readonly time: number;
  /** Of the decoder, about the frame or one that it may refer to; 0: the picture is as it was encoded. */
  readonly complaints: number;
}

/** Decoding begins there, or a step further back. */
interface Attempt extends DecodeStart {
  /** Frames before the first keyframe are candidates too. */
  readonly anyFrame?: boolean;
}

/** A better picture is not looked for by decoding more than this of a video. */
const maxRewindSeconds = 120;
/** x264 and x265 have a keyframe every 250 frames. */
const usualGopSeconds = 12;
/** How much of a video may come before its first keyframe. */
const maxLeadSeconds = 12;
/**
 * Until this version x264 wrote 4:4:4 in a way of its own, by which decoders read it when they know the version. It
 * stands in the first frame alone, which a seek skips.
 */
const lastOddX264Build = 150;

/**
 * The picture at a time: of a frame that decodes without complaint, as does all that it refers to, if an earlier start
 * gives it; or else the one with the fewest complaints. Undefined when no frame decodes.
 */
export async function choosePicture(
  run: Run,
  targetSeconds: number,
  track: VideoTrack,
): Promise<Picture | undefined> {
  let best: Picture | undefined;
  let fullLog = false;
  const tryFrom = async (attempt: Attempt): Promise<boolean> => {
    const keep = (picture: Picture | undefined) => {
      if (picture !== undefined && picture.complaints < (best?.complaints ?? Infinity)) best = picture;
      return best?.complaints === 0;
    };
    if (keep(await pictureFrom(run, targetSeconds, track, { ...attempt, fullLog }))) return true;
    if (best === undefined || fullLog) return false;
    fullLog = true;
    return keep(await pictureFrom(run, targetSeconds, track, { ...attempt, fullLog }));
  };

  const latestSeconds = Math.min(targetSeconds, endSeconds(track));
  const seeks = seeksBefore(track).filter((earlier) => latestSeconds - earlier > track.startSeconds);
  const isStartNear = latestSeconds - track.startSeconds <= maxRewindSeconds;
  try {
    for (const earlierSeconds of seeks) {
      if (best !== undefined && earlierSeconds > usualGopSeconds) break;
      const seekSeconds = latestSeconds - earlierSeconds;
      if (await tryFrom({ seekSeconds })) return best;
      if (best !== undefined && earlierSeconds === seeks[0] && mayBeOddX264(track))
        if (await tryFrom({ seekSeconds, x264Build: lastOddX264Build })) return best;
    }
    if (best === undefined) {
      const seekSeconds = await lastReadableSeconds(run, track.startSeconds, latestSeconds);
      if (seekSeconds !== undefined && (await tryFrom({ seekSeconds }))) return best;
    }
    if (best === undefined || isStartNear) if (await tryFrom({ seekSeconds: undefined })) return best;
    // Some videos have no keyframe, and refresh each part of the picture in its turn. Whether all of it is, nothing tells.
    if (best === undefined && leavesOutUntilKeyframe(track)) {
      const furthest = seeks.at(-1);
      const seekSeconds = isStartNear || furthest === undefined ? undefined : latestSeconds - furthest;
      await tryFrom({ seekSeconds, anyFrame: true });
    }
  } catch (error) {
    // What a better picture would have cost.
    if (best === undefined || !(error instanceof UnusableVideoError)) throw error;
  }
  return best;
}

function mayBeOddX264({ codec, pixelFormat = "" }: VideoTrack): boolean {
  return codec === "h264" && /^(?:yuvj?444|gbr)p/.test(pixelFormat);
}

/** The picture found when decoding begins at a place, if it comes before the frame that is wanted. */
async function pictureFrom(
  run: Run,
  targetSeconds: number,
  track: VideoTrack,
  attempt: Attempt,
): Promise<Picture | undefined> {
  // A target inside the duration makes ffmpeg know the last frame when the video ends after it.
  let target = Math.round(Math.min(targetSeconds, endSeconds(track) - 1e-6) * 1e6);
  const wanted = Math.round(targetSeconds * 1e6);
  const frame = (kind: FrameChoice["kind"], microseconds: number): FrameChoice => ({
    kind,
    microseconds,
    keyframeUntilMicroseconds: keyframeUntil(microseconds, track, attempt),
    // AVI has no presentation times, and some encoders begin with packets that hold no frame.
    firstMicroseconds:
      track.container === "avi" && attempt.seekSeconds === undefined
        ? Math.round(track.startSeconds * 1e6)
        : undefined,
  });
  let result = await run(frame("last-not-after", target), attempt);
  if (result.goesOn && target < wanted) {
    // The duration that the file tells is too short.
    target = wanted;
    result = await run(frame("last-not-after", target), attempt);
  }
  const time = result.shownTime ?? result.firstTime;
  // Where a seek does not find the keyframe before (MPEG-TS has no index), decoding begins too late.
  if (time === undefined || (time > target && attempt.seekSeconds !== undefined)) return undefined;
  // No frame came after the target, so that ffmpeg did not know which is the last one. Now it is known.
  if (result.image.length === 0) result = await run(frame("first-from", time), attempt);
  const { image, furtherImages } = result;
  if (image.length === 0) return undefined;
  return { image, furtherImages, time, complaints: result.complaintsUntil(time) };
}

/** Where a decoder gives frames without those that they refer to: until when a keyframe is waited for. */
function keyframeUntil(
  target: number,
  track: VideoTrack,
  { seekSeconds, anyFrame }: Attempt,
): number | undefined {
  if (anyFrame || !leavesOutUntilKeyframe(track)) return undefined;
  return seekSeconds === undefined
    ? Math.max(target, Math.round((track.startSeconds + maxLeadSeconds) * 1e6))
    : target;
}

/** How much earlier than wanted to seek, one attempt after the other. */
function seeksBefore(track: VideoTrack): readonly number[] {
  // A seek that ends behind the keyframe, as those without an index may, gives such a decoder's frames in vain.
  const further = leavesOutUntilKeyframe(track) ? [30, maxRewindSeconds] : [];
  // MPEG-PS gives few frames a time; the others are guessed, wrongly for some after a seek.
  if (track.container === "mpeg") return [3, usualGopSeconds, ...further];
  // Deinterlacing needs the frame before.
  return [track.interlaced ? 0.1 : 0, 2, usualGopSeconds, ...further];
}

/**
 * Of a video whose end can not be read (an upload cut off in its middle), nearly the last position from which a frame
 * decodes, found by bisection; undefined when there is none but the start.
 */
async function lastReadableSeconds(
  run: Run,
  startSeconds: number,
  endSeconds: number,
): Promise<number | undefined> {
  let [readable, unreadable] = [startSeconds, endSeconds];
  while (unreadable - readable > 4) {
    const middle = (readable + unreadable) / 2;
    const anyFrame: FrameChoice = { kind: "first-from", microseconds: Number.MIN_SAFE_INTEGER };
    const { firstTime } = await run(anyFrame, { seekSeconds: middle });
    if (firstTime === undefined) unreadable = middle;
    else readable = middle;
  }
  return readable === startSeconds ? undefined : readable;
}
