import type { BrowserCase } from "./browserCase";
import { patchColors, patchVideo } from "./browserCase";

/** Puts a matrix into the track's header (ISO/IEC 14496-12, 8.3.2). */
function turned(a: number, b: number, c: number, d: number): (content: Buffer) => Buffer {
  return (content) => {
    const copy = Buffer.from(content);
    const matrix = copy.indexOf("000100000000000000000000000000000001", copy.indexOf("tkhd"), "hex");
    [a, b, 0, c, d].forEach((value, index) => copy.writeInt32BE(value * 0x10000, matrix + index * 4));
    return copy;
  };
}

function* turns(): Iterable<BrowserCase> {
  const ways = {
    "a quarter turn clockwise": [0, 1, -1, 0],
    "half a turn": [-1, 0, 0, -1],
    "a quarter turn counterclockwise": [0, -1, 1, 0],
  } as const;
  for (const codec of ["h264", "av1"] as const)
    for (const [way, [a, b, c, d]] of Object.entries(ways)) {
      const rest = { video: patchVideo(codec), change: turned(a, b, c, d), onSide: a === 0 };
      yield { group: "rotation", name: `${codec}, ${way}`, extension: "mp4", ...rest };
    }
}

/** Pixels that are not square; 700 lines of high ones are HD as shown. */
function* pixelShapes(): Iterable<BrowserCase> {
  for (const [size, ratio] of Object.entries({
    "360x288": "64/45",
    "160x96": "1/2",
    "1280x700": "8/9",
    "720x720": "2/1",
  })) {
    const [width = 0, height = 0] = size.split("x").map(Number);
    const video = patchVideo("h264", ["-vf", `setsar=${ratio}`], { width, height });
    yield { group: "pixels not square", name: `${size}, ${ratio}`, extension: "mp4", video };
  }
}

/** Alpha falls from the left to the right, and the second row is half of the first. */
function* transparent(): Iterable<BrowserCase> {
  const colors = patchColors.map((color, index) => [...color, (1 - (index % 5) / 4) / (index < 5 ? 1 : 2)]);
  for (const codec of ["vp8", "vp9"] as const)
    for (const extension of ["webm", "mkv"] as const) {
      const video = patchVideo(codec, codec === "vp8" ? ["-auto-alt-ref", "0"] : [], {
        pixelFormat: "yuva420p",
        colors,
      });
      yield { group: "transparent", name: `${codec}, .${extension}`, extension, video };
    }
}

export const shapeCases: readonly BrowserCase[] = [...turns(), ...pixelShapes(), ...transparent()];
