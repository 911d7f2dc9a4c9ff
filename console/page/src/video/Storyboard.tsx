import type { StoryboardFacts } from "../../../messages";
import { Tile } from "../gallery/Tile";
import { clock } from "../parts/times";

interface StoryboardProps {
  readonly board: StoryboardFacts;
  readonly eTag: string;
  readonly seconds: number;
  readonly onSeconds: (seconds: number) => void;
}

/** A way through a video that this browser does not play: its storyboard, and a slider over it that stops at each tile. */
export function Storyboard({ board, eTag, seconds, onSeconds }: StoryboardProps) {
  const { tiles } = board;
  const place = Math.max(
    0,
    tiles.findLastIndex(({ startSeconds }) => startSeconds <= seconds),
  );
  const text = clock(tiles[place]?.startSeconds ?? 0, { ms: true });
  return (
    <div class="storyboard">
      <Tile board={board} seconds={seconds} eTag={eTag} />
      <label>
        <span>Time in the video: {text}</span>
        <input
          type="range"
          min={0}
          max={tiles.length - 1}
          value={place}
          aria-valuetext={text}
          onInput={({ currentTarget }) => {
            onSeconds(tiles[Number(currentTarget.value)]?.startSeconds ?? 0);
          }}
        />
      </label>
    </div>
  );
}

interface TimeFieldProps {
  readonly seconds: number;
  readonly onSeconds: (seconds: number) => void;
}

/** Of a video that this browser does not play, and that has no storyboard: its time is typed. */
export function TimeField({ seconds, onSeconds }: TimeFieldProps) {
  return (
    <label class="time-field">
      Time in the video, in seconds{" "}
      <input
        type="number"
        min={0}
        max={999_999}
        step={0.001}
        value={seconds}
        onInput={({ currentTarget }) => {
          const { valueAsNumber, validity } = currentTarget;
          if (validity.valid && !Number.isNaN(valueAsNumber)) onSeconds(valueAsNumber);
        }}
      />
    </label>
  );
}
