import { ffmpeg } from "../videos";
import { brokenRecording, compressedPackets, longRecording, manyTags } from "./costlyMkv";
import {
  claimedSamples,
  compressedIndex,
  manyEdits,
  manyTimesOnePicture,
  unchangingFrames,
} from "./costlyMp4";
import { manyStreams } from "./costlyTs";

/** A video made to cost a worker all its time or memory, and what may become of it. */
export interface CostlyVideo {
  readonly name: string;
  /** The timestamp that costs most. */
  readonly at: string;
  readonly make: (jpeg: Buffer) => Buffer;
  /** How its failure's reason begins, or that it gives a thumbnail after all. */
  readonly ends: RegExp | "thumbnail";
}

export const costlyVideos: readonly CostlyVideo[] = [
  {
    name: "80 million samples claimed.mp4",
    at: "0",
    make: claimedSamples,
    ends: /^too costly: ffprobe needs|^no frame/,
  },
  {
    name: "one picture 4000 times.mov",
    at: "00:39",
    make: manyTimesOnePicture,
    ends: /^too costly: it needs/,
  },
  { name: "20000 edits.mp4", at: "50%", make: manyEdits, ends: /^too costly: ffprobe needs/ },
  { name: "compressed index.mov", at: "0", make: compressedIndex, ends: /^(?:too costly|not a video): / },
  { name: "unchanging frames.mp4", at: "02:09", make: unchangingFrames, ends: /^too costly: it needs/ },
  { name: "tags.mkv", at: "0", make: manyTags, ends: /^too costly: it needs/ },
  {
    name: "compressed packets.mkv",
    at: "99%",
    make: compressedPackets,
    ends: /^too costly: it needs|^no frame/,
  },
  { name: "thousands of streams.ts", at: "0", make: () => manyStreams(), ends: /^too costly: / },
  {
    name: "a long recording.mkv",
    at: "0%",
    make: () => longRecording(2_400_000),
    ends: "thumbnail",
  },
  {
    name: "a longer recording.mkv",
    at: "0%",
    make: () => longRecording(3_000_000),
    ends: "thumbnail",
  },
  {
    name: "a broken recording.mkv",
    at: "0%",
    make: (jpeg) => brokenRecording(jpeg, 1_000_000),
    ends: /^damaged or made to do harm: ffmpeg printed|^too costly: it needs/,
  },
];

/** The one real picture in those of them that need one. */
export function smallJpeg(): Promise<Buffer> {
  const picture = ["-f", "lavfi", "-i", "color=gray:s=64x64", "-frames:v", "1"];
  return ffmpeg([...picture, "-f", "image2pipe", "-c:v", "mjpeg", "pipe:1"]);
}
