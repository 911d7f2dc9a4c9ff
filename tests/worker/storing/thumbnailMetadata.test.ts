import assert from "node:assert/strict";
import { isThumbnailOf, videoKeyMetadata } from "../../../contract/outputs";
import { isMadeOf, metadataOf } from "../../../worker/storing/thumbnailMetadata";

describe("worker: a thumbnail's metadata", () => {
  const frame = {
    width: 16383,
    height: 16383,
    timestampRequestedSeconds: 359999.999001,
    timestampSeconds: 359999.999001,
    hasDecodeErrors: true,
    // The longest that there is: 25 bytes.
    thumbHash: Buffer.alloc(25, 255).toString("base64"),
    dominantColor: "#ffffff",
  };
  const video = {
    eTag: `"${"f".repeat(32)}-10000"`,
    lastModified: new Date("2026-01-02T03:04:05Z"),
    versionId: "v".repeat(32),
    // The longest value of a tag, which may have spaces around it.
    timestampTag: "auto".padEnd(256),
  };
  const told = { isPublic: false, isAutomatic: true };

  it("are never more than S3 takes, also where it counts their prefix", () => {
    const longest = "k".repeat(1024).padStart(1024, "ビ");
    for (const key of [longest, "a".repeat(1024), `${"ä".repeat(133)}${"k".repeat(402)}`]) {
      const metadata = metadataOf(frame, key, video, told);
      const bytes = Object.entries(metadata).reduce(
        (sum, [name, value]) => sum + Buffer.byteLength(`x-amz-meta-${name}${value}`),
        0,
      );
      assert.ok(bytes <= 2048, `${bytes} bytes`);
    }
    assert.equal(videoKeyMetadata(`${"ä".repeat(133)}${"k".repeat(402)}`)?.length, 1200);
  });

  it("tell what a page may show until the picture is there", () => {
    const metadata = metadataOf(frame, "a.mp4", video, told);
    assert.equal(metadata["thumb-hash"], frame.thumbHash);
    assert.equal(metadata["dominant-color"], "#ffffff");
  });

  it("of a thumbnail of the version before, which tell neither, still say what it was made of", () => {
    const made = Object.entries(metadataOf(frame, "a.mp4", video, told));
    const before = made.filter(([name]) => !["thumb-hash", "dominant-color"].includes(name));
    assert.equal(before.length, made.length - 2);
    assert.ok(isMadeOf(Object.fromEntries(before), "a.mp4", video, false));
  });

  it("say whose it is, also by a key that once was not too long for them", () => {
    const long = "ä".repeat(250);
    assert.equal(videoKeyMetadata(long), undefined);
    assert.ok(isThumbnailOf(long, { "video-key": encodeURIComponent(long) }));
    assert.ok(isThumbnailOf(long, metadataOf(frame, long, video, told)));
    assert.ok(
      !isThumbnailOf(long, { "video-key": "other.mp4", "video-last-modified": "2026-01-02T03:04:05Z" }),
    );
    assert.ok(!isThumbnailOf("a.mp4", { "video-last-modified": "2026-01-02T03:04:05Z" }));
  });
});
