import assert from "node:assert/strict";
import { videoPartOf } from "../../examples/subscriber-lambda/videoPart";
import { outputsReady, thumbnailCreated } from "./messages";

describe("a subscriber's row of a video", () => {
  const publishedAt = "2026-01-02T03:04:10.500Z";
  const read = (message: object) => videoPartOf(JSON.stringify(message), publishedAt);

  it("has the thumbnail's message, and is of the time that the thumbnail was stored", () => {
    const message = thumbnailCreated("2026-01-02T03:04:09.000Z", "e");
    assert.deepEqual(read(message), {
      video: "videos/dir/cat.mp4",
      part: "thumbnail",
      version: "2026-01-02T03:04:09.000Z 2026-01-02T03:04:10.500Z",
      content: JSON.stringify(message),
    });
  });

  it("is of the time that the message was published where nothing tells when the thumbnail was stored", () => {
    const { lastModified, ...older } = thumbnailCreated(null, "e");
    assert.equal(lastModified, null);
    for (const message of [older, { ...older, lastModified }])
      assert.equal(read(message)?.version, `${publishedAt} ${publishedAt}`);
  });

  it("has the message of all outputs, and is of the time that the manifest was made", () => {
    const message = outputsReady("2026-01-02T03:04:09.123Z");
    assert.deepEqual(read(message), {
      video: "videos/dir/cat.mp4",
      part: "outputs",
      version: "2026-01-02T03:04:09.123Z",
      content: JSON.stringify(message),
    });
  });

  it("is the video's, where outputs are in another bucket", () => {
    const thumbnail = { ...thumbnailCreated(null, "e"), bucket: "pictures", videoBucket: "videos" };
    assert.equal(read(thumbnail)?.video, "videos/dir/cat.mp4");
    const { video, ...outputs } = outputsReady("2026-01-02T03:04:09.123Z");
    const elsewhere = { ...outputs, bucket: "pictures", video: { ...video, bucket: "videos" } };
    assert.equal(read(elsewhere)?.video, "videos/dir/cat.mp4");
  });

  it("does not come of a picture that is of no video, nor of a type that is not known", () => {
    assert.equal(read(thumbnailCreated(null, "e", null)), undefined);
    assert.equal(read({ type: "something-later" }), undefined);
  });

  it("compares times in whatever form they are told", () => {
    const [earlier, later] = ["2026-01-02T03:04:09Z", "2026-01-02T03:04:09.001Z"].map(
      (madeAt) => read(outputsReady(madeAt))?.version ?? "",
    );
    assert.ok((earlier ?? "") < (later ?? ""), `${earlier ?? ""} is before ${later ?? ""}`);
  });

  it("is refused with the field's name where a message is not the pipeline's", () => {
    for (const [message, error] of [
      [[], /the message is not an object: \[\]/],
      [{ ...thumbnailCreated(null, "e"), videoKey: 7 }, /videoKey is not a text: 7/],
      [{ ...thumbnailCreated(null, "e"), bucket: "" }, /bucket is not a text: ""/],
      [{ ...thumbnailCreated("soon", "e") }, /lastModified is not a time: "soon"/],
      [{ ...outputsReady("soon") }, /madeAt is not a time: "soon"/],
      [{ type: "outputs-ready" }, /video is not an object: undefined/],
    ] as const)
      assert.throws(() => read(message), error);
    assert.throws(() => videoPartOf("{", publishedAt), SyntaxError);
  });
});
