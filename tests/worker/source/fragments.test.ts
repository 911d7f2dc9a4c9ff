import assert from "node:assert/strict";
import type { RangedSource } from "../../../worker/source/rangedSource";
import { CachedVideo } from "../../../worker/source/cachedVideo";
import { VideoView } from "../../../worker/source/videoView";
import { frameOf } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";
import { spread } from "../picture/stretchedVideo";
import { ffmpeg, frameNumber, numberedVideo } from "../videos";
import { kindIt } from "../manyKinds";

const fragmented = "+frag_keyframe+empty_moov+default_base_moof";
/** In a part that is repeated up to two hours: frame N is shown at N / 2 s, and again 200 s later. */
const [framesInPart, rate] = [400, 2];
const hours = 2;
const lastFrame = framesInPart - 1;

function sourceOf({ totalBytes, bytes }: ReturnType<typeof spread>): RangedSource {
  return {
    read: (range) => Promise.resolve({ bytes: bytes(range), totalBytes, eTag: '"one"', metadata: {} }),
  };
}

/** Fragments of some 0.4 MB, some six times as large as others, in a middle part of twice the bit rate. */
const uneven = (fragment: number) =>
  150_000 + ((fragment * 7919) % 100) * 5000 * (fragment > 600 && fragment < 1200 ? 2 : 1);

describe("worker: a long fragmented MP4 without an index of its fragments", function () {
  this.timeout(60_000);
  let folder: VideoFolder;
  before(async () => {
    folder = await VideoFolder.create();
    const part = folder.file("part.mp4");
    const gops = ["-g", "8", "-keyint_min", "8", "-sc_threshold", "0", "-bf", "2"];
    await numberedVideo(part, {
      frames: framesInPart,
      rate,
      encode: ["-c:v", "libx264", "-preset", "ultrafast", ...gops, "-c:a", "aac", "-b:a", "16k"],
      extra: ["-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-shortest"],
    });
    const repeats = (hours * 3600 * rate) / framesInPart - 1;
    const make = (name: string, flags: string, input = part, ...options: string[]) =>
      ffmpeg([
        ...["-stream_loop", String(repeats), "-i", input, ...options, "-c", "copy"],
        ...["-movflags", flags, "-f", "mp4", folder.file(name)],
      ]);
    await make("unlisted.mp4", `${fragmented}+skip_trailer`, part, "-an");
    await make("listed.mp4", fragmented, part, "-an");
    await make("sound.mp4", `${fragmented}+skip_trailer`);
    await make("first-in-moov.mp4", "+frag_keyframe+default_base_moof+skip_trailer", part, "-an");
    const short = ["-an", "-frag_duration", "1000000"];
    await make("fragments-in-gops.mp4", "+empty_moov+default_base_moof+skip_trailer", part, ...short);
  });
  after(() => folder.remove());

  async function shows(source: Buffer | RangedSource, at: string, frame: number, mostRequests: number) {
    const { image, requests, bytesRead } = await frameOf(source, { at });
    assert.equal(await frameNumber(image), frame, `at ${at}`);
    assert.ok(requests <= mostRequests, `${requests} requests at ${at}`);
    return bytesRead;
  }

  const positions: readonly (readonly [string, number])[] = [
    ["2", 4],
    ["01:01.3", 122],
    ["33%", 352],
    ["7190", 380],
    ["3:00:00", lastFrame],
  ];

  it("is searched in at most 40 requests, whose list of its fragments is missing", async () => {
    const source = sourceOf(spread(await folder.read("unlisted.mp4"), uneven));
    for (const [at, frame] of positions) {
      const bytesRead = await shows(source, at, frame, 40);
      assert.ok(bytesRead < 16e6, `${bytesRead} bytes at ${at}`);
    }
  });

  kindIt("is looked at all over for the frame that stands best, without all that is between", async () => {
    const source = sourceOf(spread(await folder.read("unlisted.mp4"), uneven));
    const { chosen, bytesRead, requests } = await frameOf(source, { at: "auto" });
    const times = [chosen, ...(chosen?.runnersUp ?? [])].map((frame) => frame?.timeSeconds ?? 0);
    assert.ok(times.length === 8 && Math.max(...times) - Math.min(...times) > 3600, times.join(", "));
    assert.ok(bytesRead < 24e6 && requests < 150, `${bytesRead} bytes in ${requests} requests`);
  });

  it("is read by its list of them, if it has one", async () => {
    const source = sourceOf(spread(await folder.read("listed.mp4"), uneven));
    for (const [at, frame] of positions.slice(2)) {
      const bytesRead = await shows(source, at, frame, 12);
      assert.ok(bytesRead < 1e6, `${bytesRead} bytes at ${at}`);
    }
  });

  it("may have its first frames outside of all fragments, or fragments without a keyframe", async () => {
    for (const name of ["first-in-moov.mp4", "fragments-in-gops.mp4"]) {
      const source = sourceOf(spread(await folder.read(name), () => 400_000));
      for (const [at, frame] of positions.slice(1, 3)) await shows(source, at, frame, 40);
    }
  });

  kindIt("gives the picture that it gives when ffmpeg looks at each fragment", async () => {
    for (const name of ["unlisted.mp4", "sound.mp4"]) {
      const content = await folder.read(name);
      const untimed = Buffer.from(content);
      // Without their times fragments can not be told apart.
      for (let at = untimed.indexOf("tfdt"); at >= 0; at = untimed.indexOf("tfdt", at + 4))
        untimed.write("free", at, "latin1");
      for (const at of ["01:01.3", "50%"]) {
        const searched = await frameOf(sourceOf(spread(content, () => 50_000)), { at });
        const each = await frameOf(untimed, { at });
        assert.ok(searched.image.equals(each.image), `at ${at} in ${name}`);
        assert.equal(searched.timestampSeconds, each.timestampSeconds);
      }
    }
  });

  it("is given up, and lets other work go on meanwhile, when what may be a fragment is everywhere", async () => {
    const honest = await folder.read("unlisted.mp4");
    const box = (type: string, ...content: Buffer[]) => {
      const bytes = Buffer.concat([Buffer.alloc(8), ...content]);
      bytes.writeUInt32BE(bytes.length, 0);
      bytes.write(type, 4, "latin1");
      return bytes;
    };
    const moof = box("moof");
    moof.writeUInt32BE(1024 * 1024, 0);
    const otherTrack = box("traf", box("tfhd", Buffer.from([0, 0, 0, 0, 0, 0, 0, 99])));
    const unit = [box("skip", moof, box("mfhd", Buffer.alloc(8))), ...Array<Buffer>(20).fill(otherTrack)];
    const units = Buffer.concat(Array<readonly Buffer[]>(6000).fill(unit).flat());
    const content = Buffer.concat([honest, box("mdat", units)]);
    let turns = 0;
    const other = setInterval(() => turns++, 0);
    const source: RangedSource = {
      read: ({ start, end }) => {
        const version = { totalBytes: content.length, eTag: '"one"', metadata: {} };
        return Promise.resolve({ bytes: content.subarray(start, end), ...version });
      },
    };
    const signal = new AbortController().signal;
    const video = await CachedVideo.open(source, signal);
    turns = 0;
    await VideoView.open(video, signal);
    clearInterval(other);
    assert.ok(turns > 0);
    assert.ok(video.requests <= 45, `${video.requests} requests`);
  });

  it("costs no more than it may when its boxes lie", async () => {
    const content = Buffer.from(await folder.read("unlisted.mp4"));
    // Times that go back and forth.
    let fragment = 0;
    for (let at = content.indexOf("tfdt"); at >= 0; at = content.indexOf("tfdt", at + 4))
      content.writeUInt32BE((fragment++ * 2654435761) >>> 0, at + 12);
    const lying = spread(content, () => 400_000);
    let requests = 0;
    const source = sourceOf(lying);
    const counting: RangedSource = {
      read: (range, eTag, signal) => {
        requests++;
        return source.read(range, eTag, signal);
      },
    };
    const most = fragment + 100;
    await frameOf(counting, { at: "50%" }).catch(() => undefined);
    assert.ok(requests < most, `${requests} requests for ${fragment} fragments`);
  });
});
