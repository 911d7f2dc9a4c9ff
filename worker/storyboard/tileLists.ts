import type { OutputFile } from "../outputFile";
import type { Bounds } from "../picture/filters";
import type { TilePlace } from "./sheet";

/** A tile that is in a sheet; it is shown from its start to the next one's. */
export interface PlacedTile extends TilePlace {
  /** From the moment that a player shows as 0. */
  readonly startSeconds: number;
  /** The sheet's name, which is its address beside the lists. */
  readonly sheet: string;
}

/** All tiles of a storyboard, in the order of their starts. */
export interface TileList {
  readonly tiles: readonly PlacedTile[];
  readonly size: Bounds;
  readonly durationSeconds: number;
}

/**
 * The tiles as WebVTT, each cue of which names its sheet and the part of it that is the tile, as players read it.
 * https://www.w3.org/TR/webvtt1/, https://www.w3.org/TR/media-frags/#naming-space
 */
export function webVtt({ tiles, size, durationSeconds }: TileList): OutputFile {
  const cues = tiles.map(({ startSeconds, sheet, x, y }, i) => {
    const end = tiles[i + 1]?.startSeconds ?? durationSeconds;
    const times = `${vttTime(startSeconds)} --> ${vttTime(end)}`;
    return `\n${times}\n${sheet}#xywh=${x},${y},${size.width},${size.height}\n`;
  });
  return {
    name: "storyboard.vtt",
    kind: "storyboard-vtt",
    content: Buffer.from(`WEBVTT\n${cues.join("")}`),
    contentType: "text/vtt",
  };
}

/**
 * The tiles as Mux's JSON has them, which knows one sheet. Of several, each tile names its own, and none is named for all:
 * so a player shows no tile of the wrong sheet.
 * https://www.mux.com/docs/guides/create-timeline-hover-previews
 */
export function tileJson({ tiles, size, durationSeconds }: TileList): OutputFile {
  const isOne = tiles.every(({ sheet }) => sheet === tiles[0]?.sheet);
  const json = {
    ...(isOne ? { url: tiles[0]?.sheet } : {}),
    tile_width: size.width,
    tile_height: size.height,
    duration: inMilliseconds(durationSeconds) / 1000,
    tiles: tiles.map(({ startSeconds, sheet, x, y }) => ({
      start: startSeconds,
      ...{ x, y },
      ...(isOne ? {} : { url: sheet }),
    })),
  };
  return {
    name: "storyboard.json",
    kind: "storyboard-json",
    content: Buffer.from(`${JSON.stringify(json)}\n`),
    // Vidstack takes what has exactly this type for JSON.
    contentType: "application/json",
  };
}

function inMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}

/** `HH:MM:SS.mmm`, with more digits of hours where it takes them. */
function vttTime(seconds: number): string {
  const milliseconds = inMilliseconds(seconds);
  const digits = (value: number, count: number) => String(Math.floor(value)).padStart(count, "0");
  const [hours, minutes] = [milliseconds / 3_600_000, (milliseconds / 60_000) % 60];
  const rest = `${digits((milliseconds / 1000) % 60, 2)}.${digits(milliseconds % 1000, 3)}`;
  return `${digits(hours, 2)}:${digits(minutes, 2)}:${rest}`;
}
