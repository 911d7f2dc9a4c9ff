import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ByteRange, RangedSource } from "../../../worker/source/rangedSource";
import { bytesOfFrames } from "../../../worker/source/mp4/sampleTable";
import { stretched } from "../picture/stretchedVideo";
import { ffmpeg } from "../videos";
import { frameOf } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";
import { kindIt } from "../manyKinds";

const mebibyte = 1024 * 1024;

interface Packet {
  readonly seconds: number;
  readonly start: number;
  readonly end: number;
  readonly isKeyframe: boolean;
}

describe("worker: what is read of a video", () => {
  let folder: VideoFolder;
  before(async function () {
    this.timeout(60_000);
    folder = await VideoFolder.create();
    const noise = "testsrc2=size=320x180:rate=25:duration=12,noise=alls=80:allf=t";
    const sound = ["-f", "lavfi", "-i", "sine=sample_rate=48000:duration=12", "-c:a", "aac"];
    const gop = ["-g", "100", "-keyint_min", "100", "-sc_threshold", "0"];
    const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-b:v", "2M", ...gop, "-pix_fmt", "yuv420p"];
    const vp8 = [
      "-c:v",
      "libvpx",
      "-deadline",
      "realtime",
      "-cpu-used",
      "8",
      "-b:v",
      "1M",
      "-r",
      "10",
      "-g",
      "20",
    ];
    await ffmpeg(["-f", "lavfi", "-i", noise, ...sound, ...h264, folder.file("index-at-end.mp4")]);
    await ffmpeg(["-f", "lavfi", "-i", noise, "-t", "8", ...vp8, folder.file("video.webm")]);
    const copy = (name: string, ...args: string[]) =>
      ffmpeg(["-i", folder.file("index-at-end.mp4"), "-c", "copy", ...args, folder.file(name)]);
    await copy("index-in-front.mp4", "-movflags", "+faststart");
    await copy("video.mov");
    await copy("video.mkv");
    await ffmpeg([
      ...["-stream_loop", "19", "-i", folder.file("index-at-end.mp4"), "-c", "copy"],
      folder.file("video.ts"),
    ]);
  });
  after(() => folder.remove());

  const excessKiB = {
    "index-in-front.mp4": 512,
    "index-at-end.mp4": 512,
    "video.mov": 512,
    "video.webm": 1024,
    // ffprobe looks at 20 frames of H.264 in Matroska.
    "video.mkv": 1024,
  };
  for (const [name, kibibytes] of Object.entries(excessKiB)) {
    it(`is the index, the GOP up to the frame, and less than ${kibibytes} KiB, anywhere in ${name}`, async () => {
      const content = await folder.read(name);
      const packets = await packetsOf(folder.file(name));
      const indexBytes = packets.reduce((rest, { start, end }) => rest - (end - start), content.length);
      for (const at of ["0.5", "3.5", "5.5", "7.5"]) {
        const { bytesRead } = await frameOf(content, { at });
        const excess = bytesRead - indexBytes - bytesUpTo(Number(at), packets);
        assert.ok(excess < kibibytes * 1024, `${excess} bytes at ${at} s`);
      }
    });
  }

  it("is no more of 10 GiB than of the same index and GOP in a small file", async () => {
    const content = await folder.read("index-at-end.mp4");
    const { totalBytes, bytes } = stretched(content);
    const huge: RangedSource = {
      read: (range) => Promise.resolve({ bytes: bytes(range), totalBytes, eTag: undefined, metadata: {} }),
    };
    for (const at of ["0.5", "11"]) {
      const [small, big] = [await frameOf(content, { at }), await frameOf(huge, { at })];
      assert.ok(big.image.equals(small.image));
      const more = big.bytesRead - small.bytesRead;
      assert.ok(more < mebibyte / 2, `${more} bytes more at ${at} s`);
    }
  });

  it("is read once, in few requests", async () => {
    const content = await folder.read("index-at-end.mp4");
    const ranges: ByteRange[] = [];
    const source: RangedSource = {
      read: (range) => {
        ranges.push(range);
        const bytes = content.subarray(range.start, range.end);
        return Promise.resolve({ bytes, totalBytes: content.length, eTag: undefined, metadata: {} });
      },
    };
    const { bytesRead, requests } = await frameOf(source, { at: "2" });
    ranges.sort((a, b) => a.start - b.start);
    for (const [i, { end }] of ranges.entries()) assert.ok(end <= (ranges[i + 1]?.start ?? Infinity));
    assert.equal(requests, ranges.length);
    assert.ok(requests <= bytesRead / (200 * 1024) + 4, `${requests} requests for ${bytesRead} bytes`);
  });

  it("is known beforehand where an edit list leaves out the beginning, too", async () => {
    const input = ["-ss", "6.5", "-i", folder.file("index-in-front.mp4")];
    await ffmpeg([...input, "-c", "copy", "-movflags", "+faststart", folder.file("trimmed.mp4")]);
    const content = await folder.read("trimmed.mp4");
    const shown = (await packetsOf(folder.file("trimmed.mp4"))).find(({ seconds }) => seconds === 1);
    const known = bytesOfFrames(moovOf(content), 0, 1, 1);
    assert.ok(known !== undefined && shown !== undefined);
    assert.ok(known.end >= shown.end && known.end < shown.end + 256 * 1024, JSON.stringify({ known, shown }));
  });

  it("is known beforehand where ffmpeg seeks a little earlier, to the keyframe before", async () => {
    const content = await folder.read("index-in-front.mp4");
    const packets = await packetsOf(folder.file("index-in-front.mp4"));
    const known = bytesOfFrames(moovOf(content), 0, 4, 4);
    assert.equal(known?.start, packets[0]?.start);
  });

  kindIt("is a search near the frame in MPEG-TS, which has no index", async () => {
    const content = await folder.read("video.ts");
    const { bytesRead: inMiddle } = await frameOf(content, { at: "50%" });
    const { bytesRead: nearEnd } = await frameOf(content, { at: "95%" });
    for (const bytes of [inMiddle, nearEnd]) {
      assert.ok(bytes < content.length / 4, `${bytes} of ${content.length} bytes`);
    }
  });
});

/** The content of a file's `moov`. */
function moovOf(content: Buffer): Buffer {
  const type = content.indexOf("moov");
  return content.subarray(type + 4, type - 4 + content.readUInt32BE(type - 4));
}

/** The video's packets in the order in which they are decoded. */
async function packetsOf(file: string): Promise<Packet[]> {
  const fields = "packet=pts_time,pos,size,flags";
  const args = ["-v", "error", "-select_streams", "v", "-show_entries", fields, "-of", "json", file];
  const { stdout } = await promisify(execFile)("ffprobe", args, { maxBuffer: 16 * mebibyte });
  const { packets } = JSON.parse(stdout) as {
    packets: Record<"pts_time" | "pos" | "size" | "flags", string>[];
  };
  return packets.map(({ pts_time, pos, size, flags }) => ({
    seconds: Number(pts_time),
    start: Number(pos),
    end: Number(pos) + Number(size),
    isKeyframe: flags.startsWith("K"),
  }));
}

/** From the keyframe before the frame shown at `seconds` to the end of the frame that comes after it. */
function bytesUpTo(seconds: number, packets: readonly Packet[]): number {
  const first = packets.findLastIndex((packet) => packet.isKeyframe && packet.seconds <= seconds);
  const next = packets.find((packet) => packet.seconds > seconds);
  const last = packets.findLast((packet) => packet.seconds <= (next?.seconds ?? Infinity));
  return Math.max(last?.end ?? 0, next?.end ?? 0) - (packets[first]?.start ?? 0);
}
