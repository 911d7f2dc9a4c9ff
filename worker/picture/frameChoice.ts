import { factsDescriptor } from "../child/childProcess";

/** Which of the frames that ffmpeg decodes becomes the picture; times in microseconds, on the file's own clock. */
export interface FrameChoice {
  /**
   * `last-not-after`: the last frame not after the time; it is known as such when a later one comes. `first-from`: the
   * first frame from the time on.
   */
  readonly kind: "last-not-after" | "first-from";
  readonly microseconds: number;
  /** Frames before the first keyframe are left out, unless they are later than this. */
  readonly keyframeUntilMicroseconds?: number;
  /** The time of the first frame that is decoded, whatever ffmpeg gives it; the others' follow from it. */
  readonly firstMicroseconds?: number;
}

/** The microseconds in a line of {@link tellTimes}: of one frame that was decoded. Undefined when it has no time. */
export function decodedTime(line: string): number | undefined {
  const time = /^frame:\d+ +pts:(-?\d+) /.exec(line)?.[1];
  return time === undefined ? undefined : Number(time);
}

/**
 * The filters, on a time base of microseconds, that tell each frame's time as a fact. Frames may bring metadata of the
 * file's own along, which would be told too: they lose them first.
 */
export const tellTimes: readonly string[] = [
  "metadata=mode=delete",
  "metadata=mode=add:key=decoded:value=1",
  `metadata=mode=print:key=decoded:file=pipe\\\\:${factsDescriptor}:direct=1`,
];

/**
 * The filters, on a time base of microseconds, that leave out what is no candidate and tell each other frame's time as
 * a fact. The log gets the first frame's time too and those after the chosen time, so that it is known which complaints
 * come before.
 */
export function tellFrames({
  microseconds,
  keyframeUntilMicroseconds,
  firstMicroseconds,
}: FrameChoice): string[] {
  return [
    ...(firstMicroseconds === undefined ? [] : [`setpts=PTS-STARTPTS+${firstMicroseconds}`]),
    ...(keyframeUntilMicroseconds === undefined
      ? []
      : [`select=st(0\\,max(ld(0)\\,key))+gt(pts\\,${keyframeUntilMicroseconds})`]),
    ...tellTimes,
    "metadata=mode=print:key=decoded:file=pipe\\\\:2:direct=1" +
      `:enable=lt(n\\,1)+gt(t\\,${(microseconds / 1e6).toFixed(6)})`,
  ];
}
