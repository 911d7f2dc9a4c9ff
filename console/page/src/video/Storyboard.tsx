import type { StoryboardFacts } from "../../../messages";
import { Tile } from "../gallery/Tile";
import { clock } from "../parts/times";

interface StoryboardProps {
  readonly board: StoryboardFacts;
  readonly eTag: string;
  readonly seconds: number;
  readonly onSeconds: (seconds: number) => void;
}

/** A way through a video that this browser does not play: its storyboard, and a slider over it. */
export function Storyboard({ board, eTag, seconds, onSeconds }: StoryboardProps) {
  return (
    <div class="storyboard">
      <Tile board={board} seconds={seconds} eTag={eTag} />
      <label>
        <span>Time in the video: {clock(seconds, { ms: true })}</span>
        <input
          type="range"
          min={0}
          max={Math.max(...board.tiles.map(({ startSeconds }) => startSeconds))}
          step="any"
          value={seconds}
          list="tiles"
          onInput={({ currentTarget }) => {
            onSeconds(Number(currentTarget.value));
          }}
        />
      </label>
    </div>
  );
}
