import type { Random } from "./random";

/** Makes another file of a file. `other` is one of another container. */
type Mutation = (content: Buffer, random: Random, other: Buffer) => Buffer;

/** Where the structure of most containers stands. */
const headerBytes = 2048;

/** Sizes, counts and offsets at which a reader's arithmetic turns over. */
const edges = [0, 1, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

/** The names of MP4's boxes that tell of sizes, counts, times and codecs; a change beside one hits a field of it. */
const boxes = ["moov", "mvhd", "tkhd", "elst", "mdhd", "stsd", "avcC", "stts", "ctts", "stss", "stsc"].concat(
  ["stsz", "stco", "moof", "tfhd", "tfdt", "trun", "mdat", "sidx", "mfra", "hvcC", "dref", "hdlr"],
);

export const mutations = {
  "flipped bytes": (content, random) => flipped(content, random, content.length),
  "flipped header": (content, random) => flipped(content, random, Math.min(headerBytes, content.length)),
  "edited number": (content, random) => {
    const changed = Buffer.from(content);
    for (let times = random.between(1, 8); times > 0; times--)
      writeEdge(changed, random, random.below(Math.min(headerBytes, changed.length)));
    return changed;
  },
  "edited box": (content, random) => {
    const changed = Buffer.from(content);
    for (let times = random.between(1, 4); times > 0; times--) {
      const box = changed.indexOf(random.pick(boxes), 0, "latin1");
      writeEdge(changed, random, box < 0 ? random.below(changed.length) : box + random.between(-4, 40));
    }
    return changed;
  },
  "zeroed block": (content, random) => {
    const start = random.below(content.length);
    const end = Math.min(start + random.between(1, 4096), content.length);
    return Buffer.from(content).fill(0, start, end);
  },
  "random block": (content, random) => {
    const changed = Buffer.from(content);
    const start = random.below(content.length);
    const end = Math.min(start + random.between(1, 2048), content.length);
    for (let i = start; i < end; i++) changed[i] = random.below(256);
    return changed;
  },
  truncated: (content, random) => content.subarray(0, random.between(1, content.length - 1)),
  "without its beginning": (content, random) => content.subarray(random.between(1, content.length - 1)),
  "without a part": (content, random) => {
    const [start, end] = part(content, random);
    return Buffer.concat([content.subarray(0, start), content.subarray(end)]);
  },
  "doubled part": (content, random) => {
    const [start, end] = part(content, random);
    return Buffer.concat([content.subarray(0, end), content.subarray(start)]);
  },
  "swapped parts": (content, random) => {
    const [start, end] = part(content, random);
    return Buffer.concat([content.subarray(start, end), content.subarray(0, start), content.subarray(end)]);
  },
  spliced: (content, random, other) => {
    const head = content.subarray(0, random.between(1, content.length));
    return Buffer.concat([head, other.subarray(random.below(other.length))]);
  },
} satisfies Record<string, Mutation>;

export type MutationName = keyof typeof mutations;
export const mutationNames = Object.keys(mutations) as MutationName[];

function flipped(content: Buffer, random: Random, end: number): Buffer {
  const changed = Buffer.from(content);
  for (let times = random.between(1, 32); times > 0; times--) {
    const index = random.below(end);
    changed[index] = changed[index]! ^ random.between(1, 255);
  }
  return changed;
}

function writeEdge(changed: Buffer, random: Random, position: number): void {
  const value = random.pick(edges);
  const start = Math.max(0, Math.min(position, changed.length - 4));
  if (changed.length < 4) return;
  if (random.below(2) === 0) changed.writeUInt32BE(value, start);
  else changed.writeUInt32LE(value, start);
}

function part(content: Buffer, random: Random): [number, number] {
  const start = random.below(content.length);
  return [start, Math.min(content.length, start + random.between(1, 8192))];
}
