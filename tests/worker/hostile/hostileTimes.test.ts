import assert from "node:assert/strict";
import { frameNumber, numberedVideo } from "../videos";
import { frameOf } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";

describe("worker: a video whose clock leaps by weeks", () => {
  let folder: VideoFolder;
  before(async () => {
    folder = await VideoFolder.create();
  });
  after(() => folder.remove());

  it("gives the frame before the leap at once", async () => {
    const leap = ["-vf", "settb=1/1000,setpts=N*40+gte(N\\,30)*4000000000", "-fps_mode", "passthrough"];
    const encode = [...leap, "-enc_time_base", "1:1000", "-c:v", "libx264", "-bf", "0", "-g", "25"];
    await numberedVideo(folder.file("leap.mkv"), { encode });
    const { image } = await frameOf(await folder.read("leap.mkv"), { at: "1.5" });
    assert.equal(await frameNumber(image), 29);
  });
});
