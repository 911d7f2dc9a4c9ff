import type { Bounds } from "../picture/filters";
import type { VideoTrack } from "../video/videoTrack";

/** Beyond this some devices show no picture: it is what the smallest GPUs take as a texture. */
export const maxSheetSidePixels = 4096;

/** Up to this long, a tile every two seconds. */
const shortSeconds = 120;
const shortIntervalSeconds = 2;
/** Of a longer video; each interval is at most twice the one before, so that there are at least half as many. */
const maxTiles = 200;
const roundIntervals = [1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1200, 1800, 3600];

/** A tile is at most so many times as high as it is wide. */
const maxHeightRatio = 2;

/** Which moments of a video its storyboard shows. */
export interface StoryboardPlan {
  /** Whole seconds from one moment to the next; the first one is what a player shows as 0. */
  readonly intervalSeconds: number;
  readonly count: number;
}

/** Plans the storyboard of a video that lasts so long in a player. */
export function planStoryboard(durationSeconds: number): StoryboardPlan {
  const intervalSeconds =
    durationSeconds <= shortSeconds ? shortIntervalSeconds : longInterval(durationSeconds);
  return { intervalSeconds, count: tilesOf(durationSeconds, intervalSeconds) };
}

function longInterval(durationSeconds: number): number {
  const round = roundIntervals.find((interval) => tilesOf(durationSeconds, interval) <= maxTiles);
  let interval = round ?? (roundIntervals.at(-1) ?? 1) * 2;
  while (tilesOf(durationSeconds, interval) > maxTiles) interval *= 2;
  return interval;
}

/** Times are rounded to milliseconds: nothing begins less than one before the end. */
function tilesOf(durationSeconds: number, intervalSeconds: number): number {
  return Math.max(1, Math.ceil((durationSeconds - 0.001) / intervalSeconds));
}

/** What a tile may have at most: upright pictures higher than twice their width become narrower. */
export function tileBounds(widthPixels: number): Bounds {
  return { width: widthPixels, height: widthPixels * maxHeightRatio };
}

/** A sheet's grid: tiles stand in rows, one after the other. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
}

/**
 * The grid of a storyboard's sheets: about square where one of them holds all tiles, and the largest one, in each of them,
 * where they are several.
 */
export function planGrid(track: VideoTrack, widthPixels: number, count: number): Grid {
  const tile = largestTile(track, widthPixels);
  const most = (side: number) => Math.max(1, Math.floor(maxSheetSidePixels / side));
  const [maxColumns, maxRows] = [most(tile.width), most(tile.height)];
  if (count >= maxColumns * maxRows) return { columns: maxColumns, rows: maxRows };
  const square = Math.ceil(Math.sqrt((count * tile.height) / tile.width));
  const columns = Math.min(count, maxColumns, Math.max(square, Math.ceil(count / maxRows)));
  return { columns, rows: Math.ceil(count / columns) };
}

/** What a tile may have, before it is seen: pixels that are wider than high, which make it lower, are not told here. */
function largestTile({ orientation, width, shownHeight }: VideoTrack, widthPixels: number): Bounds {
  const bounds = tileBounds(widthPixels);
  const [across, down] = orientation.transposed ? [shownHeight, width] : [width, shownHeight];
  const ratio = Math.max(1, down) / Math.max(1, across);
  const atMost = (most: number, side: number) => Math.max(2, Math.min(most, Math.ceil(side)));
  return {
    width: atMost(bounds.width, bounds.height / ratio),
    height: atMost(bounds.height, bounds.width * ratio),
  };
}
