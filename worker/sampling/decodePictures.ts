import type { Allowance } from "../child/allowance";
import { runChild } from "../child/childProcess";
import { inputArguments } from "../child/ffmpegInput";
import type { Bounds, Moments } from "../picture/filters";
import { smallPictures } from "../picture/filters";
import { decodedTime } from "../picture/frameChoice";
import type { Complaint } from "../picture/complaints";
import { complaintOf } from "../picture/complaints";
import { seekArguments } from "../video/seek";
import type { VideoTrack } from "../video/videoTrack";
import type { RgbPicture } from "./portablePixmaps";
import { splitPixmaps } from "./portablePixmaps";

/** What of a video is decoded into small pictures. */
export interface Decoding {
  readonly url: string;
  readonly allowance: Allowance;
  readonly track: VideoTrack;
  readonly streamIndex: number;
  /** Where to seek to; undefined: from the start. */
  readonly seekSeconds?: number;
  readonly maxPictures?: number;
  /** Leaves out frames before it. */
  readonly fromSeconds?: number;
  /** Leaves out frames that are not so far behind the last picture. */
  readonly everySeconds?: number;
  /** Instead of each frame: the ones that a player shows at these moments. */
  readonly moments?: Moments;
  /** Whether keyframes alone are wanted, or also others that frames are predicted from; undefined: all frames. */
  readonly keyframes?: boolean;
  readonly bounds: Bounds;
}

/** A decoded picture; its time in microseconds as the demuxer tells it. */
export type DecodedPicture = RgbPicture & { readonly microseconds: number };

/**
 * Runs ffmpeg over a video, and gives each picture when it is there: upright, of square pixels, in the right colours, in
 * the order of their times. Tells what ffmpeg complained of: pictures may then be damaged. Throws what runChild throws.
 */
export async function decodePictures(
  decoding: Omit<Decoding, "moments">,
  onPicture: (picture: DecodedPicture) => void,
  signal: AbortSignal,
): Promise<ReadonlySet<Complaint>> {
  // A picture and its time come through pipes of their own.
  const times: number[] = [];
  const pictures: RgbPicture[] = [];
  const pair = () => {
    while (times.length > 0 && pictures.length > 0) {
      const [microseconds, picture] = [times.shift(), pictures.shift()];
      if (microseconds !== undefined && picture !== undefined) onPicture({ ...picture, microseconds });
    }
  };
  const onTime = (microseconds: number) => {
    times.push(microseconds);
    pair();
  };
  const onPixels = (picture: RgbPicture) => {
    pictures.push(picture);
    pair();
  };
  return await runDecoding(decoding, { onTime, onPixels }, signal);
}

/** What comes of a decoding: each frame's time in microseconds, and each picture; in their orders, but not together. */
export interface DecodingReaders {
  readonly onTime: (microseconds: number) => void;
  readonly onPixels: (picture: RgbPicture) => void;
}

/** Runs ffmpeg over a video. Tells what it complained of; throws what runChild throws. */
export async function runDecoding(
  decoding: Decoding,
  { onTime, onPixels }: DecodingReaders,
  signal: AbortSignal,
): Promise<ReadonlySet<Complaint>> {
  const { url, allowance, track, streamIndex, seekSeconds, maxPictures, keyframes } = decoding;
  const complaints = new Set<Complaint>();
  const args = [
    ...["-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+warning", "-copyts"],
    ...["-timelimit", String(Math.ceil(allowance.cpuSecondsLeft * 2) + 1)],
    ...inputArguments(allowance),
    ...(seekSeconds === undefined ? [] : seekArguments(track, seekSeconds)),
    // Threads of a decoder each keep frames, and give them late.
    ...["-threads", "1", ...(keyframes === undefined ? [] : ["-skip_frame", keyframes ? "nokey" : "noref"])],
    ...(track.decoder === undefined ? [] : ["-c:v", track.decoder]),
    ...["-noautorotate", "-i", url, "-map", `0:${streamIndex}`],
    ...["-filter_threads", "1", "-vf", smallPictures(track, decoding.bounds, decoding)],
    ...["-fps_mode", "passthrough", ...(maxPictures === undefined ? [] : ["-frames:v", String(maxPictures)])],
    ...["-c:v", "ppm", "-f", "image2pipe", "pipe:1"],
  ];
  await runChild("ffmpeg", args, allowance, signal, {
    output: { onChunk: splitPixmaps(onPixels) },
    onMessage: (line) => {
      const complaint = complaintOf(line, { codec: track.codec, streamIndex });
      if (complaint !== undefined) complaints.add(complaint);
    },
    onFact: (fact) => {
      const time = decodedTime(fact);
      if (time !== undefined) onTime(time);
    },
  });
  return complaints;
}
