import assert from "node:assert/strict";
import type { StoryboardSettings } from "../../../contract/extras";
import { Allowance } from "../../../worker/child/allowance";
import type { OutputFile } from "../../../worker/outputFile";
import { makeStoryboard } from "../../../worker/storyboard/makeStoryboard";
import { never, numberIn, withVideo } from "../sampling/sampledVideo";
import { ffmpeg } from "../videos";

/** A cue of the WebVTT file, and the tile that it shows. */
export interface ShownTile {
  readonly start: number;
  readonly end: number;
  readonly sheet: string;
  readonly width: number;
  readonly height: number;
  readonly rgb: Buffer;
}

export interface Storyboard {
  readonly files: readonly OutputFile[];
  readonly vtt: string;
  readonly json: TileJson;
  readonly shown: readonly ShownTile[];
  readonly bytesRead: number;
  readonly requests: number;
}

interface TileJson {
  readonly url?: string;
  readonly tile_width: number;
  readonly tile_height: number;
  readonly duration: number;
  readonly tiles: readonly {
    readonly start: number;
    readonly x: number;
    readonly y: number;
    readonly url?: string;
  }[];
}

export interface Wished extends Partial<StoryboardSettings> {
  /** CPU time that the video has. */
  readonly cpuSeconds?: number;
}

/** Makes the storyboard of a video, and looks at it as a player does: by its cues, which the JSON must agree with. */
export async function storyboardOf(
  content: Buffer,
  { tileWidthPixels = 160, format = "jpg", cpuSeconds }: Wished = {},
): Promise<Storyboard> {
  const made = await withVideo(content, async ({ tools, file }) => {
    const { memory } = tools.allowance;
    const limited =
      cpuSeconds === undefined ? tools : { ...tools, allowance: new Allowance(memory, cpuSeconds) };
    const [bytesBefore, requestsBefore] = [file.video.bytesRead, file.video.requests];
    const files = await makeStoryboard(limited, file, { tileWidthPixels, format }, never);
    const bytesRead = file.video.bytesRead - bytesBefore;
    return { files, bytesRead, requests: file.video.requests - requestsBefore };
  });
  const named = new Map(made.files.map((file) => [file.name, file]));
  const vtt = named.get("storyboard.vtt")?.content.toString() ?? "";
  const json = JSON.parse(named.get("storyboard.json")?.content.toString() ?? "") as TileJson;
  const shown = await look(vtt, named);
  assert.deepEqual(
    json.tiles.map(({ start, url, x, y }) => [start, url ?? json.url, x, y]),
    cuesIn(vtt).map(({ start, sheet, x, y }) => [start, sheet, x, y]),
  );
  assert.equal(json.duration, cuesIn(vtt).at(-1)?.end);
  return { ...made, vtt, json, shown };
}

/** The numbers that tiles of a numbered video show. */
export function numbersIn({ shown }: Storyboard): number[] {
  return shown.map((tile) => numberIn({ ...tile, timeSeconds: 0 }));
}

async function look(vtt: string, named: ReadonlyMap<string, OutputFile>): Promise<ShownTile[]> {
  const pixels = new Map<string, Buffer>();
  const shown: ShownTile[] = [];
  for (const { x, y, ...cue } of cuesIn(vtt)) {
    const sheet = named.get(cue.sheet);
    assert.ok(sheet?.width !== undefined && sheet.height !== undefined, `${cue.sheet} is a file`);
    const { width, height } = cue;
    assert.ok(x + width <= sheet.width && y + height <= sheet.height, "the tile is in the sheet");
    const rgb24 = ["-i", "pipe:0", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"];
    const all = pixels.get(cue.sheet) ?? (await ffmpeg(rgb24, sheet.content));
    pixels.set(cue.sheet, all);
    assert.equal(all.length, sheet.width * sheet.height * 3, "the sheet's size is told");
    const row = (i: number) => {
      const at = ((y + i) * (sheet.width ?? 0) + x) * 3;
      return all.subarray(at, at + width * 3);
    };
    shown.push({ ...cue, rgb: Buffer.concat(Array.from({ length: height }, (_, i) => row(i))) });
  }
  return shown;
}

/** As strictly as players are: a blank line before each cue, and a cue's text on one line. */
function cuesIn(vtt: string) {
  assert.match(vtt, /^WEBVTT\n(\n\d{2,}(:\d\d){2}\.\d{3} --> \d{2,}(:\d\d){2}\.\d{3}\n\S+\n)+$/);
  const cues = vtt.matchAll(/^(\S+) --> (\S+)\n(storyboard-\d+\.\w+)#xywh=(\d+),(\d+),(\d+),(\d+)$/gm);
  const seconds = (time: string) => time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return [...cues].map(([, start = "", end = "", sheet = "", ...numbers]) => {
    const [x = 0, y = 0, width = 0, height = 0] = numbers.map(Number);
    return { start: seconds(start), end: seconds(end), sheet, x, y, width, height };
  });
}
