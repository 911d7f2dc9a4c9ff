import { GetObjectCommand, S3ServiceException, type GetObjectCommandInput } from "@aws-sdk/client-s3";
import { extraKey, isExtraName } from "../../../contract/extras";
import { unreadable } from "../../../ops/videos/manifests";
import type { Stack } from "../../../ops/stack";
import type { StoryboardFacts } from "../../messages";

/** A worker's has some 10 KB; what is larger is somebody else's. */
const maxBytes = 256 * 1024;
const maxTiles = 1000;

/** How a video's storyboard is laid out; undefined where there is none, or what is there is none. */
export async function readStoryboard(
  { s3, outputs }: Stack,
  videoKey: string,
): Promise<StoryboardFacts | undefined> {
  const { outputBucketName: Bucket, extrasKeyPrefix } = outputs;
  const Key = extraKey(videoKey, "storyboard.json", extrasKeyPrefix);
  const text = await textOf(s3, { Bucket, Key, Range: `bytes=0-${maxBytes - 1}` });
  try {
    return text === undefined ? undefined : parse(text, (name) => extraKey(videoKey, name, extrasKeyPrefix));
  } catch {
    return undefined;
  }
}

/** Undefined where there is no object that could be read; throws what says nothing of the object, such as of credentials. */
async function textOf(s3: Stack["s3"], object: GetObjectCommandInput): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand(object));
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof S3ServiceException && unreadable.includes(error.name)) return undefined;
    throw error;
  }
}

/** As docs/reference.md has it: `url` is that of each tile where there are several sheets, and of all where there is one. */
function parse(text: string, keyOf: (name: string) => string): StoryboardFacts | undefined {
  const board = JSON.parse(text) as Record<string, unknown>;
  const tiles = (Array.isArray(board["tiles"]) ? board["tiles"] : []) as Record<string, unknown>[];
  const [tileWidth, tileHeight, durationSeconds] = ["tile_width", "tile_height", "duration"].map((field) =>
    size(board[field]),
  );
  if (tileWidth === undefined || tileHeight === undefined || durationSeconds === undefined) return undefined;
  const laidOut = tiles.slice(0, maxTiles).flatMap((tile) => {
    const name = tile["url"] ?? board["url"];
    const [startSeconds, x, y] = [tile["start"], tile["x"], tile["y"]].map(size);
    const isWhole = startSeconds !== undefined && x !== undefined && y !== undefined;
    return isWhole && typeof name === "string" && isExtraName(name)
      ? [{ startSeconds, sheet: keyOf(name), x, y }]
      : [];
  });
  if (laidOut.length === 0) return undefined;
  return { tileWidth, tileHeight, durationSeconds, tiles: laidOut };
}

function size(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 && value < 1e7 ? value : undefined;
}

/** WebVTT with a cue for each tile, as players take it, whose sheets the console leads to. */
export function webVttOf({ tileWidth, tileHeight, durationSeconds, tiles }: StoryboardFacts): string {
  const cues = tiles.map(({ startSeconds, sheet, x, y }, index) => {
    const end = tiles[index + 1]?.startSeconds ?? Math.max(durationSeconds, startSeconds + 0.001);
    const address = `/media/output?key=${encodeURIComponent(sheet)}#xywh=${x},${y},${tileWidth},${tileHeight}`;
    return `${clock(startSeconds)} --> ${clock(end)}\n${address}\n`;
  });
  return `WEBVTT\n\n${cues.join("\n")}`;
}

/** `HH:MM:SS.mmm`. https://www.w3.org/TR/webvtt1/#webvtt-timestamp */
function clock(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const part = (value: number, digits = 2) => String(value).padStart(digits, "0");
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  return `${part(hours)}:${part(minutes)}:${part(Math.floor(ms / 1000) % 60)}.${part(ms % 1000, 3)}`;
}
