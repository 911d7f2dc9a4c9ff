import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { VideoFolder } from "../../../testkit/videoFolder";
import { ffmpeg, numberedVideo } from "../videos";
import type { Wished } from "./storyboardOf";
import { numbersIn, storyboardOf } from "./storyboardOf";
import { kindIt } from "../manyKinds";

const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-sc_threshold", "0"];

describe("worker: the tiles of a storyboard", () => {
  let folder: VideoFolder;
  before(async () => {
    folder = await VideoFolder.create();
    // 9.08 s at 25 frames a second: a keyframe every second, and every four.
    await numberedVideo(folder.file("near.mp4"), { frames: 227, encode: [...x264, "-g", "25"] });
    await numberedVideo(folder.file("far.mp4"), { frames: 227, encode: [...x264, "-g", "100"] });
  });
  after(() => folder.remove());

  const copy = async (from: string, to: string, ...options: string[]) => {
    await ffmpeg(["-i", folder.file(from), "-c", "copy", ...options, folder.file(to)]);
  };

  /** Asserts which frames a video's tiles show, and when each begins; the last one ends with the video. */
  async function shows(
    name: string,
    tiles: readonly (readonly [number, number])[],
    end: number,
    wished?: Wished,
  ) {
    const storyboard = await storyboardOf(await folder.read(name), wished);
    const starts = storyboard.shown.map(({ start }) => start);
    const shown = numbersIn(storyboard).map((number, i) => [starts[i], number]);
    assert.deepEqual(shown, tiles, name);
    const ends = storyboard.shown.map((tile) => tile.end);
    assert.deepEqual(ends.slice(0, -1), starts.slice(1), "each ends when the next one begins");
    assert.ok(
      Math.abs((ends.at(-1) ?? 0) - end) <= 0.002,
      `${name} ends at ${ends.at(-1)} s, not at ${end} s`,
    );
    return storyboard;
  }
  const everyTwoSeconds = [0, 2, 4, 6, 8].map((start) => [start, start * 25] as const);

  it("are keyframes, by an MP4's index, and without one, as in MPEG-TS", async () => {
    await shows("near.mp4", everyTwoSeconds, 9.08);
    await copy("near.mp4", "near.ts");
    await shows("near.ts", everyTwoSeconds, 9.08);
  });

  kindIt("are the frames of their times where keyframes are further apart than tiles", async () => {
    await shows("far.mp4", everyTwoSeconds, 9.08);
    await copy("far.mp4", "far.mkv");
    await shows("far.mkv", everyTwoSeconds, 9.08);
    await copy("far.mp4", "far.ts");
    await shows("far.ts", everyTwoSeconds, 9.08);
    await copy("far.mp4", "far-fragments.mp4", "-movflags", "frag_keyframe+empty_moov");
    await shows("far-fragments.mp4", everyTwoSeconds, 9.08);
  });

  it("are the last keyframe not after their times where those lie between", async () => {
    const encode = [...x264, "-g", "1000", "-force_key_frames", "0,1.6,3.6,5.2,7.2"];
    await numberedVideo(folder.file("odd.mp4"), { frames: 227, encode });
    const tiles = [
      [0, 0],
      [2, 40],
      [4, 90],
      [6, 130],
      [8, 180],
    ] as const;
    await shows("odd.mp4", tiles, 9.08);
  });

  it("have a frame that begins with the very last tile", async () => {
    await numberedVideo(folder.file("edge.mp4"), { frames: 101, encode: [...x264, "-g", "1000"] });
    await shows("edge.mp4", everyTwoSeconds.slice(0, 3), 4.04);
  });

  it("count from the moment that a player shows as 0, whatever the file's own clock", async () => {
    await copy("far.mp4", "late.mkv", "-output_ts_offset", "7.3");
    await shows("late.mkv", everyTwoSeconds, 9.08);
    await ffmpeg([...["-ss", "1.2", "-i", folder.file("far.mp4"), "-c", "copy", folder.file("edited.mp4")]]);
    const edited = await storyboardOf(await folder.read("edited.mp4"));
    assert.deepEqual(numbersIn(edited), [30, 80, 130, 180]);
  });

  it("begin with the video's first frame where sound begins before it, and end with its last", async () => {
    const sound = ["-f", "lavfi", "-i", "sine=duration=14", "-itsoffset", "1", "-i", folder.file("near.mp4")];
    const mapped = ["-map", "0:a", "-map", "1:v", "-c:v", "copy", "-c:a", "aac"];
    await ffmpeg([...sound, ...mapped, folder.file("sound.mp4")]);
    const tiles = [0, 2, 4, 6, 8, 10].map((start) => [start, Math.max(0, start * 25 - 25)] as const);
    await shows("sound.mp4", tiles, 10.08);
  });

  kindIt("are no more than frames: one each, for as long as it is shown", async () => {
    await numberedVideo(folder.file("one.mp4"), { frames: 1 });
    await shows("one.mp4", [[0, 0]], 0.04);
    await numberedVideo(folder.file("few.mp4"), { frames: 3 });
    await shows("few.mp4", [[0, 0]], 0.12);
    const slides = [0, 1, 2, 3].map((number) => [number * 10, number] as const);
    await numberedVideo(folder.file("slides.mp4"), { frames: 4, rate: 0.1, encode: [...x264, "-bf", "0"] });
    await shows("slides.mp4", slides, 40);
    await numberedVideo(folder.file("slides.mkv"), { frames: 4, rate: 0.1, encode: [...x264, "-g", "1"] });
    await shows("slides.mkv", slides, 40);
  });

  it("are every second of a longer video, of each once", async () => {
    await numberedVideo(folder.file("long.mp4"), { frames: 242, rate: 2, encode: [...x264, "-g", "20"] });
    const tiles = Array.from({ length: 121 }, (_, i) => [i, 2 * i] as const);
    const { files } = await shows("long.mp4", tiles, 121);
    assert.equal(files.length, 3);
  });

  it("are had where the file does not tell how long it is", async () => {
    const live = await ffmpeg([
      ...["-i", folder.file("far.mp4"), "-c", "copy", "-f", "matroska", "-live", "1", "pipe:1"],
    ]);
    const storyboard = await storyboardOf(live);
    assert.deepEqual(numbersIn(storyboard), [0, 50, 100, 150, 200]);
    assert.ok(Math.abs(storyboard.json.duration - 9.08) <= 0.002);
  });

  it("that do not decode are left out: the tile before is shown", async () => {
    const broken = Buffer.from(await folder.read("near.mp4"));
    const third = (await packetPlaces(folder.file("near.mp4")))[100];
    assert.ok(third !== undefined);
    // The slice's type, by which the worker knows a keyframe, and what the decoder reads first.
    broken.fill(0x80, third.position, third.position + third.bytes);
    const storyboard = await storyboardOf(broken);
    assert.deepEqual(numbersIn(storyboard), [0, 50, 150, 200]);
    assert.deepEqual(
      storyboard.shown.map(({ start }) => start),
      [0, 2, 6, 8],
    );
  });
});

/** Where the packets of a video are in its file, in order of decoding. */
async function packetPlaces(file: string): Promise<{ position: number; bytes: number }[]> {
  const args = [
    "-v",
    "error",
    "-select_streams",
    "v",
    "-show_entries",
    "packet=pos,size",
    "-of",
    "csv=p=0",
    file,
  ];
  const { stdout } = await promisify(execFile)("ffprobe", args);
  return stdout
    .trim()
    .split("\n")
    .map((line) => {
      const [bytes = 0, position = 0] = line.split(",").map(Number);
      return { position, bytes };
    });
}
