import { availableParallelism } from "node:os";
import { furtherDescriptor, runChild } from "../child/childProcess";
import { inputArguments } from "../child/ffmpegInput";
import { UnusableVideoError } from "../errors";
import type { ServedVideo } from "../video/servedVideo";
import { seekArguments } from "../video/seek";
import type { VideoTrack } from "../video/videoTrack";
import { DecodeLog } from "./decodeLog";
import { encodings } from "./encoding";
import type { Feature } from "./ffmpegFeatures";
import { isMissing, missingFeature } from "./ffmpegFeatures";
import type { WantedPicture } from "./filters";
import { filterGraph, pictureLabel } from "./filters";
import type { FrameChoice } from "./frameChoice";
import { decodedTime } from "./frameChoice";

const maxImageBytes = 128 * 1024 * 1024;

/** Where decoding begins, and how. */
export interface DecodeStart {
  /** At the keyframe at or before it, where the file tells where that is; undefined: at the video's start. */
  readonly seekSeconds: number | undefined;
  /** With a log of each frame, from which it is certain which complaints are about the picture; slower. */
  readonly fullLog?: boolean;
  /** Of H.264: the version of x264 to take the encoder for where the video does not tell it. */
  readonly x264Build?: number;
}

/** What one run of ffmpeg gave; times in microseconds, on the file's own clock. */
export interface Decoded {
  readonly image: Buffer;
  /** The other pictures of the same frame, in the order in which they are wanted. */
  readonly furtherImages: readonly Buffer[];
  /** Of the first frame, and of the last one not after the chosen time. */
  readonly firstTime: number | undefined;
  readonly shownTime: number | undefined;
  /** A frame after the chosen time was seen. */
  readonly goesOn: boolean;
  /** How many complaints of ffmpeg's are about the frame of the time, or one that it may refer to. */
  readonly complaintsUntil: (time: number) => number;
  readonly hasNoDecoder: boolean;
}

/** Of ffmpeg that SIGXCPU (`-timelimit`), SIGTERM or SIGINT has ended, having written what it had. */
const stoppedExitCode = 255;

/** One run of ffmpeg: decodes until the chosen frame is known, and makes the pictures of it. */
export async function decode(
  video: ServedVideo,
  track: VideoTrack,
  choice: FrameChoice,
  start: DecodeStart,
  pictures: readonly WantedPicture[],
  signal: AbortSignal,
): Promise<Decoded> {
  let firstTime: number | undefined;
  let shownTime: number | undefined;
  let goesOn = false;
  let hasNoDecoder = false;
  let missing: Feature | undefined;
  const log = new DecodeLog(track, start.fullLog ?? false, choice.keyframeUntilMicroseconds !== undefined);
  const onFact = (fact: string) => {
    const time = decodedTime(fact);
    if (time === undefined) return;
    firstTime ??= time;
    video.decoded(partOfWay(firstTime, time, choice.microseconds));
    if (time > choice.microseconds) goesOn = true;
    else shownTime = Math.max(time, shownTime ?? time);
  };
  const onMessage = (line: string) => {
    missing ??= missingFeature(line);
    hasNoDecoder ||= /no decoder found|Decoder .*not found/.test(line);
    log.onLine(line);
  };

  const { streamIndex, startSeconds } = track;
  const { seekSeconds } = start;
  const fromSeconds = (seekSeconds ?? startSeconds) - startSeconds;
  await video.aim(streamIndex, fromSeconds, choice.microseconds / 1e6 - startSeconds);
  const args = [
    ...["-hide_banner", "-nostdin", "-nostats", "-copyts"],
    ...(start.fullLog ? ["-loglevel", "level+info", "-debug_ts"] : ["-loglevel", "level+warning"]),
    // Of CPU time: it ends by itself even when the worker was killed and cannot end it. The kernel counts this one by
    // clock ticks, on a busy machine a fifth too much.
    ...["-timelimit", String(Math.ceil(video.allowance.cpuSecondsLeft * 2) + 1)],
    ...inputArguments(video.allowance),
    ...(seekSeconds === undefined ? [] : seekArguments(track, seekSeconds)),
    // Several threads log out of order.
    ...["-threads", String(start.fullLog ? 1 : decoderThreads(track))],
    ...(start.x264Build === undefined ? [] : ["-x264_build", String(start.x264Build)]),
    ...(track.decoder === undefined ? [] : ["-c:v", track.decoder]),
    ...["-noautorotate", "-i", video.url],
    ...["-filter_complex_threads", "1", "-filter_complex", filterGraph(choice, track, pictures)],
    ...pictures.flatMap(({ format }, index) => [
      ...["-map", pictureLabel(index), "-map_metadata", "-1", "-map_chapters", "-1"],
      ...["-fps_mode", "passthrough", "-frames:v", "1", ...encodings[format].encoder],
      ...["-f", "image2pipe", `pipe:${index === 0 ? 1 : furtherDescriptor + index - 1}`],
    ]),
  ];
  const { stdout, further, exitCode } = await runChild("ffmpeg", args, video.allowance, signal, {
    output: { maxBytes: maxImageBytes },
    furtherMaxBytes: pictures.slice(1).map(() => maxImageBytes),
    onMessage,
    onFact,
  });
  // What it has made until then need not be the frame that was wanted.
  if (exitCode === stoppedExitCode)
    throw new UnusableVideoError("too costly: ffmpeg was stopped, by its limit of CPU time or from outside", {
      fromTry: 2,
    });
  if (missing !== undefined && (await isMissing(missing, video.allowance, signal)))
    throw new Error(`this ffmpeg is built without ${missing.name}, which the video or the picture needs`);
  const complaintsUntil = (time: number) => log.complaintsUntil(time);
  return {
    ...{ image: stdout, furtherImages: further },
    ...{ firstTime, shownTime, goesOn, complaintsUntil, hasNoDecoder },
  };
}

/** Which part of the way from `first` to `target` lies before `time`. */
function partOfWay(first: number, time: number, target: number): number {
  return target > first ? Math.min(1, Math.max(0, (time - first) / (target - first))) : 1;
}

/** Each thread of a decoder keeps frames of its own: above 1080p the task's memory has room for one thread only. */
function decoderThreads({ width, height }: VideoTrack): number {
  return width * height > 1920 * 1088 ? 1 : Math.min(availableParallelism(), 4);
}
