import type { StoryboardFacts } from "../../../messages";
import { outputAddress } from "../parts/media";

/** The tile that a storyboard shows at a time. */
export function tileAt(
  { tiles }: StoryboardFacts,
  seconds: number,
): StoryboardFacts["tiles"][number] | undefined {
  return tiles.findLast(({ startSeconds }) => startSeconds <= seconds) ?? tiles[0];
}

interface TileProps {
  readonly board: StoryboardFacts;
  readonly seconds: number;
  /** The sheets' version. */
  readonly eTag: string;
}

/** A storyboard's picture of a time, as wide as there is room. */
export function Tile({ board, seconds, eTag }: TileProps) {
  const tile = tileAt(board, seconds);
  if (tile === undefined) return null;
  const { tileWidth, tileHeight } = board;
  return (
    <svg class="tile" viewBox={`0 0 ${tileWidth} ${tileHeight}`} aria-hidden="true">
      <image href={outputAddress(tile.sheet, eTag)} x={-tile.x} y={-tile.y} />
    </svg>
  );
}
