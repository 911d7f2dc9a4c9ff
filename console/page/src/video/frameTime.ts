import { signal, type ReadonlySignal } from "@preact/signals";

/** Which frame a player shows: its time in seconds from what the player shows as 0. */
export function shownTimeOf(video: HTMLVideoElement): { seconds: ReadonlySignal<number>; stop: () => void } {
  const seconds = signal(video.currentTime);
  let isStopped = false;
  const onFrame = (_: number, { mediaTime }: VideoFrameCallbackMetadata) => {
    if (isStopped) return;
    seconds.value = mediaTime;
    video.requestVideoFrameCallback(onFrame);
  };
  video.requestVideoFrameCallback(onFrame);
  return { seconds, stop: () => (isStopped = true) };
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
