import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { CachedVideo } from "../../../worker/source/cachedVideo";
import { UnusableVideoError } from "../../../worker/errors";
import { LoopbackServer } from "../../../worker/source/loopbackServer";
import type { Canary } from "./hostileFiles";
import { linkedMatroska, movieElsewhere, referenceMovie, referringTexts } from "./hostileFiles";
import { numberedVideo } from "../videos";
import { frameOf, memorySource } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";

describe("worker: an upload that refers to other places", () => {
  let folder: VideoFolder;
  let server: Server;
  let canary: Canary;
  let connections = 0;
  before(async () => {
    folder = await VideoFolder.create();
    await numberedVideo(folder.file("video.mp4"));
    server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    canary = { url, path: folder.file("video.mp4") };
  });
  beforeEach(() => {
    connections = 0;
  });
  after(async () => {
    server.close();
    await folder.remove();
  });

  /** The reason for which the worker refuses a file, having reached nothing on its way. */
  async function refusal(content: Buffer): Promise<string> {
    const error = await frameOf(content, { at: "1" }).then(
      () => assert.fail("it gave a picture"),
      (error: unknown) => error,
    );
    assert.ok(error instanceof UnusableVideoError, String(error));
    assert.equal(connections, 0);
    return error.message;
  }

  it("would reach them if the worker let ffmpeg follow it", async function () {
    const { stdout } = await promisify(execFile)("ffmpeg", ["-v", "quiet", "-demuxers"]);
    // The image's ffmpeg could not if it would.
    if (!/\bhls\b/.test(stdout)) this.skip();
    const loopback = await LoopbackServer.start();
    const never = new AbortController().signal;
    const playlist = Buffer.from(referringTexts(canary)["HLS playlist"]!);
    const video = await CachedVideo.open(memorySource(playlist), never);
    const open = (url: string) =>
      promisify(execFile)("ffmpeg", ["-v", "quiet", "-i", url, "-f", "null", "-"]);
    await assert.rejects(loopback.serving(video, open));
    loopback.stop();
    assert.ok(connections > 0);
  });

  it("is refused when it is a playlist, a manifest or a script of any kind", async () => {
    const refusals = Object.entries(referringTexts(canary)).map(async ([name, text]) => {
      assert.match(await refusal(Buffer.from(text)), /^not a video: it is an? /, name);
    });
    await Promise.all(refusals);
  });

  it("is refused when it is a QuickTime reference movie", async () => {
    assert.match(await refusal(referenceMovie(canary)), /^not a video: |^no video stream: /);
  });

  it("is refused when it is an MP4 whose track is in another file", async () => {
    const video = await folder.read("video.mp4");
    const elsewhere = "the video track is kept in another file, which is not read";
    assert.equal(await refusal(movieElsewhere(video, canary, "alias")), elsewhere);
    // ffmpeg knows no other way to name a file, and takes the track for one of this file, which it is.
    const { timestampSeconds } = await frameOf(movieElsewhere(video, canary, "url"), { at: "1" });
    assert.deepEqual([timestampSeconds, connections], [1, 0]);
  });

  it("is refused when it is a Matroska file that is linked to others", async () => {
    assert.equal(await refusal(linkedMatroska(canary)), "not a video: its headers are damaged or cut off");
  });
});
