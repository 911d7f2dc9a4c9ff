import { useEffect, useRef } from "preact/hooks";
import { videoAddress } from "../parts/media";
import { shownTimeOf } from "./frameTime";
import "./mediaChrome";

interface PlayerProps {
  readonly videoKey: string;
  readonly hasStoryboard: boolean;
  /** Told of the time of each frame that is shown, in seconds. */
  readonly onFrame: (seconds: number) => void;
  /** Told that this browser does not play the video. */
  readonly onUnplayable: () => void;
  /** Given the player, to be moved. */
  readonly onReady: (video: HTMLVideoElement) => void;
}

/** A frame of the most usual videos; what a browser tells of a video does not say its rate. */
const stepSeconds = 1 / 25;

/** Media Chrome's player, which shows the storyboard over its time line; `,` and `.` go back and on by a frame. */
export function Player({ videoKey, hasStoryboard, onFrame, onUnplayable, onReady }: PlayerProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current === null) return undefined;
    onReady(video.current);
    const { seconds, stop } = shownTimeOf(video.current);
    const unsubscribe = seconds.subscribe(onFrame);
    return () => {
      unsubscribe();
      stop();
    };
  }, [videoKey]);
  const step = (event: KeyboardEvent) => {
    const by = event.key === "." ? stepSeconds : event.key === "," ? -stepSeconds : 0;
    if (by === 0 || video.current === null) return;
    video.current.pause();
    video.current.currentTime += by;
  };
  return (
    <media-controller class="player" onKeyDown={step}>
      <video
        slot="media"
        ref={video}
        src={videoAddress(videoKey)}
        preload="auto"
        muted
        playsInline
        onError={onUnplayable}
      >
        {hasStoryboard && (
          <track
            kind="metadata"
            label="thumbnails"
            default
            src={`/api/storyboard.vtt?${new URLSearchParams({ key: videoKey }).toString()}`}
          />
        )}
      </video>
      <media-control-bar>
        <media-play-button />
        <media-time-range />
        <media-time-display showduration />
        <media-mute-button />
        <media-playback-rate-button />
        <media-fullscreen-button />
      </media-control-bar>
    </media-controller>
  );
}
