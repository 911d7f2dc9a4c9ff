import { signal, type ReadonlySignal } from "@preact/signals";

/** A frame of the most usual videos is no shorter; those that are let one step twice as far until two of them were shown. */
const usualSeconds = 1 / 30;

/** Which frame a player shows. */
export interface ShownFrame {
  /** Its time in seconds, from where the player begins. */
  readonly seconds: ReadonlySignal<number>;
  /** Pauses the player, and goes to the frame of this time. */
  goTo(seconds: number): void;
  /** Pauses the player, and goes to the next frame, or with -1 to the one before. */
  step(direction: 1 | -1): void;
  stop(): void;
}

/** Follows a player from frame to frame. */
export function shownFrameOf(video: HTMLVideoElement): ShownFrame {
  const seconds = signal(video.currentTime);
  const stopping = new AbortController();
  let frameSeconds = usualSeconds;
  let firstSeconds: number | undefined;
  /** Where the player begins: with a picture that starts late, browsers begin where it does. */
  let startSeconds = 0;
  const onFrame = (_: number, { mediaTime }: VideoFrameCallbackMetadata) => {
    if (stopping.signal.aborted) return;
    if (firstSeconds === undefined) {
      firstSeconds = mediaTime;
      if (video.paused) startSeconds = video.currentTime;
    }
    const shownSeconds = onTimeLine(mediaTime, firstSeconds, video.currentTime) - startSeconds;
    const apart = Math.abs(shownSeconds - seconds.peek());
    // The shortest that was seen: players leave frames out.
    if (apart > 0.001) frameSeconds = Math.min(frameSeconds, apart);
    seconds.value = shownSeconds;
    video.requestVideoFrameCallback(onFrame);
  };
  if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(onFrame);
  else
    (video as HTMLVideoElement).addEventListener(
      "timeupdate",
      () => (seconds.value = (video as HTMLVideoElement).currentTime),
      { signal: stopping.signal },
    );
  return {
    seconds,
    goTo(wantedSeconds) {
      video.pause();
      // A frame is shown from its time on, and what it is in the file may be a little later than what is told of it.
      video.currentTime = startSeconds + Math.ceil(wantedSeconds * 1000) / 1000;
    },
    step(direction) {
      video.pause();
      // Into the middle of the frame, where no rounding leads to its neighbour; on from there where frames are longer than they were.
      const middle = Math.max(video.currentTime - startSeconds, seconds.peek() + frameSeconds / 2);
      const to = direction === 1 ? middle + frameSeconds : seconds.peek() - frameSeconds / 2;
      video.currentTime = startSeconds + Math.max(0, to);
    },
    stop() {
      stopping.abort();
    },
  };
}

/**
 * A frame's time on the player's time line. Browsers tell a frame's time as the file has it, and show as 0 where the file
 * begins, or where its picture does: whichever brings the frame next to where the player is.
 */
export function onTimeLine(mediaTime: number, firstSeconds: number, currentTime: number): number {
  const ofPicture = mediaTime - firstSeconds;
  return Math.abs(ofPicture - currentTime) < Math.abs(mediaTime - currentTime) ? ofPicture : mediaTime;
}

/**
 * A frame's time as a timestamp of a whole number of milliseconds, `HH:MM:SS.mmm`: rounded up, since a frame is shown from its
 * time on, and one rounded down would be the frame before it.
 */
export function timestampOf(seconds: number): string {
  // A time such as 1.0000000001 is meant to be 1.
  const ms = Math.max(0, Math.ceil(seconds * 1000 - 0.01));
  const part = (value: number, digits = 2) => String(value).padStart(digits, "0");
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  return `${part(hours)}:${part(minutes)}:${part(Math.floor(ms / 1000) % 60)}.${part(ms % 1000, 3)}`;
}
