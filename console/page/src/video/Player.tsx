import { useEffect, useRef } from "preact/hooks";
import { videoAddress } from "../parts/media";
import { shownFrameOf, type ShownFrame } from "./frameTime";
import "./mediaChrome";

interface PlayerProps {
  readonly videoKey: string;
  /** Which upload of it. */
  readonly version: string;
  readonly hasStoryboard: boolean;
  /** Told of the time of each frame that is shown, in seconds. */
  readonly onFrame: (seconds: number) => void;
  /** Told that this browser does not play the video. */
  readonly onUnplayable: () => void;
  /** Given what moves the player. */
  readonly onReady: (frame: ShownFrame) => void;
}

const speeds = [0.25, 0.5, 1, 1.5, 2, 4];

/** Media Chrome's player, which shows the storyboard over its time line; `,` and `.` go back and on by a frame. */
export function Player({ videoKey, version, hasStoryboard, onFrame, onUnplayable, onReady }: PlayerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<ShownFrame>();
  useEffect(() => {
    if (video.current === null) return undefined;
    const shownFrame = shownFrameOf(video.current);
    frame.current = shownFrame;
    onReady(shownFrame);
    const unsubscribe = shownFrame.seconds.subscribe(onFrame);
    return () => {
      unsubscribe();
      shownFrame.stop();
    };
  }, [videoKey]);
  const stepByKey = ({ key }: KeyboardEvent) => {
    if (key === ".") frame.current?.step(1);
    if (key === ",") frame.current?.step(-1);
  };
  return (
    <div onKeyDown={stepByKey}>
      <media-controller class="player">
        <video
          slot="media"
          ref={video}
          src={videoAddress(videoKey, version)}
          preload="auto"
          muted
          playsInline
          onError={onUnplayable}
          onLoadedMetadata={({ currentTarget }) => {
            // Of some videos that a browser does not decode it plays the sound.
            if (currentTarget.videoWidth === 0) onUnplayable();
          }}
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
          <media-play-button notooltip />
          <media-time-range />
          <media-time-display showduration notoggle />
          <media-mute-button />
          <media-fullscreen-button />
        </media-control-bar>
      </media-controller>
      <p class="player-steps">
        <button type="button" class="small" aria-keyshortcuts="," onClick={() => frame.current?.step(-1)}>
          Frame back <kbd>,</kbd>
        </button>
        <button type="button" class="small" aria-keyshortcuts="." onClick={() => frame.current?.step(1)}>
          Frame on <kbd>.</kbd>
        </button>
        <label class="player-speed">
          Speed
          <select
            onChange={({ currentTarget }) => {
              if (video.current !== null) video.current.playbackRate = Number(currentTarget.value);
            }}
          >
            {speeds.map((speed) => (
              <option key={speed} value={speed} selected={speed === 1}>
                {speed}×
              </option>
            ))}
          </select>
        </label>
        <label>
          <input
            type="checkbox"
            onChange={({ currentTarget }) => {
              if (video.current !== null) video.current.loop = currentTarget.checked;
            }}
          />{" "}
          Loop
        </label>
      </p>
    </div>
  );
}
