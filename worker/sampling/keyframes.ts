/** A keyframe that a file's index tells of. */
export interface Keyframe {
  /** When it is shown, in seconds on the file's own clock. */
  readonly timeSeconds: number;
  /** Undefined where the index does not tell. */
  readonly bytes: number | undefined;
  /**
   * Fetches it, and gives it as a part of the video that goes on behind {@link KeyframeIndex.beginning}, in which it is
   * shown at `seconds`, a whole number; undefined when what is there is no keyframe. Throws what the source throws.
   */
  readonly partShownAt: (seconds: number, signal: AbortSignal) => Promise<Buffer | undefined>;
}

/** What a file's own index tells of the keyframes of its video track, by which they can be read without the rest. */
export interface KeyframeIndex {
  /** In the order of their times. Of more than {@link maxKeyframes}, only so many, evenly taken. */
  readonly keyframes: readonly Keyframe[];
  /** The beginning of a video of that track alone. */
  readonly beginning: Buffer;
}

/** More tell nothing more, and a file of nothing but keyframes may have millions. */
export const maxKeyframes = 4096;

/** No keyframe that is worth its reading has more. */
export const maxKeyframeBytes = 32 * 1024 * 1024;
