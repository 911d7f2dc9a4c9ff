import assert from "node:assert/strict";
import { UnusableVideoError } from "../../../worker/errors";
import { encryptedRecording } from "../hostile/costlyMkv";
import { Random } from "../fuzz/random";
import { ffmpeg, hasEncoder, numberedVideo } from "../videos";
import { frameOf } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";

describe("worker: the reason of a failure", () => {
  let folder: VideoFolder;
  let video: Buffer;
  before(async () => {
    folder = await VideoFolder.create();
    await numberedVideo(folder.file("video.mp4"));
    video = await folder.read("video.mp4");
  });
  after(() => folder.remove());

  async function reasonOf(content: Buffer): Promise<string> {
    const error = await frameOf(content, { at: "1" }).then(
      () => assert.fail("it gave a picture"),
      (error: unknown) => error,
    );
    assert.ok(error instanceof UnusableVideoError, String(error));
    return error.message;
  }

  async function made(name: string, ...args: string[]): Promise<Buffer> {
    await ffmpeg([...args, folder.file(name)]);
    return folder.read(name);
  }

  const sound = (name: string, codec: string) => made(name, "-f", "lavfi", "-i", "sine=d=1", "-c:a", codec);

  it("says what a file is that is no video", async () => {
    const picture = (name: string) => made(name, "-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", "1");
    const files: [string, Buffer | Promise<Buffer>][] = [
      ["a text file", Buffer.from("hello\n")],
      ["an HTML page", Buffer.from("<!DOCTYPE html>\n<html><body>404</body></html>")],
      ["an XML file", Buffer.from('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>')],
      [
        "a ZIP archive or an Office document",
        Buffer.from("PK\x03\x04\x14\0\0\0\x08\0".padEnd(300, "\x01"), "latin1"),
      ],
      ["a PDF document", Buffer.from("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".padEnd(300), "latin1")],
      ["a gzip archive", Buffer.from("\x1f\x8b\x08\0".padEnd(300, "\x02"), "latin1")],
      ["a program", Buffer.from("\x7fELF\x02\x01\x01\0".padEnd(300, "\0"), "latin1")],
      ["nothing but zeros at its beginning", Buffer.alloc(100_000)],
      ["a JPEG image", picture("picture.jpg")],
      ["a PNG image", picture("picture.png")],
      ["a GIF image", picture("picture.gif")],
      ["a WebP image", picture("picture.webp")],
    ];
    const reasons = files.map(async ([, content]) => reasonOf(await content));
    assert.deepEqual(
      await Promise.all(reasons),
      files.map(([name]) => `not a video: it is ${name}`),
    );
  });

  it("says that a file is sound alone", async () => {
    for (const [name, file, codec] of [
      ["a WAV sound", "sound.wav", "pcm_s16le"],
      ["a FLAC sound", "sound.flac", "flac"],
      ["an MP3 sound", "sound.mp3", "libmp3lame"],
      ["an AAC sound", "sound.aac", "aac"],
      ["an AIFF sound", "sound.aiff", "pcm_s16be"],
      ["an AC-3 sound", "sound.ac3", "ac3"],
    ] as const)
      assert.equal(await reasonOf(await sound(file, codec)), `no video stream: it is ${name}`);
    assert.equal(
      await reasonOf(await sound("sound.ogg", "libvorbis")),
      "no video stream: audio only (vorbis)",
    );
  });

  it("says what is wrong with bytes of which nothing is known", async () => {
    const random = new Random(1);
    const noise = Buffer.from(Array.from({ length: 5000 }, () => random.below(256)));
    assert.equal(await reasonOf(noise), "not a video: its format is unknown, or its headers are damaged");
  });

  it("says that the index is missing", async () => {
    const reason = "truncated before its index: moov atom missing";
    assert.equal(await reasonOf(video.subarray(0, video.indexOf("moov") - 4)), reason);
  });

  it("says what tracks there are instead of a video", async () => {
    assert.equal(await reasonOf(await sound("sound.mp4", "aac")), "no video stream: audio only (aac)");
  });

  it("says that the video is encrypted", async () => {
    const key = ["-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb"];
    const id = ["-encryption_kid", "a7e61c373e219033c21091fa607bf3b8"];
    const scheme = ["-encryption_scheme", "cenc-aes-ctr", ...key, ...id];
    const encrypted = await made("encrypted.mp4", "-i", folder.file("video.mp4"), "-c", "copy", ...scheme);
    assert.equal(await reasonOf(encrypted), "encrypted: the h264 video can not be decoded without its key");

    const wmv = await made("video.wmv", "-i", folder.file("video.mp4"), "-c:v", "wmv2");
    assert.equal(await reasonOf(withDrm(wmv)), "encrypted: the video is protected by DRM");
  });

  it("names a codec that is not supported as the container does", async () => {
    for (const code of ["zzz0", "dav1"]) {
      const unknown = Buffer.from(video);
      unknown.write(code, unknown.indexOf("avc1", unknown.indexOf("stsd")), "latin1");
      assert.equal(await reasonOf(unknown), `unsupported codec: ${code}`);
    }
    const matroska = await made("video.mkv", "-i", folder.file("video.mp4"), "-c", "copy");
    matroska.write("V_NEW/ISO", matroska.indexOf("V_MPEG4/ISO/AVC"), "latin1");
    matroska.fill(0, matroska.indexOf("V_NEW/ISO") + 9, matroska.indexOf("V_NEW/ISO") + 15);
    assert.equal(await reasonOf(matroska), "unsupported codec: V_NEW/ISO");
  });

  it("is the same for a damaged video, whatever its decoder says", async () => {
    const broken = Buffer.from(video);
    broken.fill(0xff, broken.indexOf("mdat") + 4, broken.indexOf("moov") - 4);
    assert.equal(await reasonOf(broken), "no frame of the h264 video decodes: it is damaged or cut off");
  });

  it("tells a damaged index from one that is cut off", async () => {
    const front = await made(
      "front.mp4",
      "-i",
      folder.file("video.mp4"),
      "-c",
      "copy",
      "-movflags",
      "+faststart",
    );
    assert.equal(await reasonOf(front.subarray(0, front.indexOf("stco"))), "truncated within its index");
    const damaged = Buffer.from(video);
    damaged.writeUInt32BE(0, damaged.indexOf("avc1", damaged.indexOf("stsd")) - 4);
    assert.equal(await reasonOf(damaged), "not a video: its headers are damaged or cut off");
  });

  it("names a photo", async function () {
    const heic = Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x0cmeta\0\0\0\0", "latin1");
    assert.equal(await reasonOf(heic), "not a video: it is a HEIC or AVIF image");
    if (!(await hasEncoder("libaom-av1"))) this.skip();
    const still = ["-frames:v", "1", "-c:v", "libaom-av1", "-cpu-used", "8", "-still-picture", "1"];
    const avif = await made("photo.avif", "-f", "lavfi", "-i", "testsrc2=s=64x64", ...still);
    assert.equal(await reasonOf(avif), "not a video: it is a HEIC or AVIF image");
  });

  it("takes no video that bears a photo's brand too for a photo", async () => {
    const branded = Buffer.from(video);
    branded.write("mif1\0\0\0\0mif1heicisomavc1", branded.indexOf("ftyp") + 4, "latin1");
    assert.equal((await frameOf(branded, { at: "1" })).timestampSeconds, 1);
  });

  it("says that a WebM is encrypted", async () => {
    assert.equal(
      await reasonOf(encryptedRecording("V_VP9")),
      "encrypted: the vp9 video can not be decoded without its key",
    );
  });
});

/** Advanced Systems Format, section 3.14: the header says that the content is encrypted. */
function withDrm(wmv: Buffer): Buffer {
  const object = Buffer.alloc(24 + 16);
  Buffer.from("fbb31122 23bd d211 b4b7 00a0c955fc6e".replaceAll(" ", ""), "hex").copy(object);
  object.writeBigUInt64LE(BigInt(object.length), 16);
  const headerObjectBytes = 30;
  const header = Buffer.from(wmv.subarray(0, headerObjectBytes));
  header.writeBigUInt64LE(header.readBigUInt64LE(16) + BigInt(object.length), 16);
  header.writeUInt32LE(header.readUInt32LE(24) + 1, 24);
  return Buffer.concat([header, object, wmv.subarray(headerObjectBytes)]);
}
