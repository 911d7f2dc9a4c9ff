import { bt2020Light, hlgSignal, pqSignal } from "../worker/picture/lightSignals";
import type { BrowserCase, Codec, Tags } from "./browserCase";
import { containers, exceptions, patchVideo, tagged } from "./browserCase";
import { contentLight, masteringLight } from "./hdrMetadata";

const pq = { transfer: "smpte2084", signal: pqSignal } as const;
const hlg = { transfer: "arib-std-b67", signal: hlgSignal } as const;

/** Light in cd/m², of BT.709's primaries: skin in the sun, a red coat, leaves, the sky, a lamp; grays up to the peak. */
const scene = [
  ...[
    [260, 150, 105],
    [90, 12, 18],
    [30, 80, 15],
    [120, 210, 330],
    [900, 620, 260],
  ],
  ...[
    [3, 3, 3],
    [26, 26, 26],
    [100, 100, 100],
    [203, 203, 203],
    [700, 700, 700],
  ],
];
/** Light of BT.2020's primaries that no SDR display shows. */
const lamps = [
  ...[
    [203, 5, 5],
    [5, 203, 5],
    [40, 40, 203],
    [800, 30, 30],
    [200, 800, 30],
  ],
  ...[
    [50, 50, 50],
    [150, 150, 150],
    [300, 300, 300],
    [450, 450, 450],
    [1000, 1000, 1000],
  ],
];

function* cases(): Iterable<BrowserCase> {
  const all = { space: "bt2020nc", primaries: "bt2020" };
  const made = (codec: Codec, way: typeof pq | typeof hlg, light: readonly number[][], tags: Tags = all) =>
    patchVideo(codec, tagged({ ...tags, transfer: way.transfer }), {
      ...{ matrix: "bt2020", pixelFormat: "yuv420p10le" },
      colors: light.map((nits) => way.signal(nits)),
    });
  const sceneLight = scene.map(bt2020Light);
  for (const codec of ["h264", "hevc", "vp9", "av1"] as const)
    for (const [name, way] of Object.entries({ PQ: pq, HLG: hlg })) {
      const extension = containers[codec];
      yield {
        group: "HDR",
        name: `${codec}, ${name}, a scene`,
        extension,
        video: made(codec, way, sceneLight),
        within: 8,
      };
      const strong = made(codec, way, lamps);
      yield { group: "HDR, lamps", name: `${codec}, ${name}`, extension, video: strong, within: 12 };
    }
  const peaks = [
    ["MaxCLL", 4000, contentLight],
    ["MaxCLL", 600, contentLight],
    ["MaxCLL", 203, contentLight],
    ["mastered at", 4000, masteringLight],
  ] as const;
  for (const [way, nits, metadata] of peaks) {
    const light = sceneLight.map((rgb) => rgb.map((value) => (value * nits) / 1000));
    const rest = { video: made("h264", pq, light), change: metadata(nits), within: 13 };
    yield { group: "HDR, peaks", name: `${way} ${nits} cd/m²`, extension: "mp4", ...rest };
  }
  const half: Record<string, Tags> = { "without its matrix": { primaries: "bt2020" }, "PQ alone": {} };
  for (const [name, tags] of Object.entries(half)) {
    const video = made("h264", pq, sceneLight, tags);
    yield { group: "HDR, half tagged", name, extension: "mp4", video, exception: exceptions.halfTaggedHdr };
  }
}

export const hdrCases: readonly BrowserCase[] = [...cases()];
