import assert from "node:assert/strict";
import fc from "fast-check";
import { thumbnailKey, videoKeyLeftOut, videoKeyOfThumbnail } from "../../contract/outputs";
import { parseS3Url } from "../../worker/oneShot/s3Url";

describe("worker: names", () => {
  it("of thumbnails are the video's without .mp4, under the prefix", () => {
    const names = { format: "png", prefix: "thumb/", videoSuffixes: [".mp4"] } as const;
    assert.equal(thumbnailKey("a.mp4", names), "thumb/a.png");
    assert.equal(thumbnailKey("dir/My clip (1).mp4", names), "thumb/dir/My clip (1).png");
    assert.equal(thumbnailKey("a.mp4", { ...names, format: "webp", prefix: "previews/" }), "previews/a.webp");
  });

  it("of thumbnails keep .mp4 where a video's name would remain without it", () => {
    const names = { format: "jpg", prefix: "thumb/", videoSuffixes: [".mp4", ".mov"] } as const;
    const keys = ["a.mp4", "a.mov", "a.MP4", "a.mov.mp4", "a.MOV.mp4", "a.MP4.mp4", "a.webm.mp4"];
    assert.deepEqual(
      keys.map((key) => thumbnailKey(key, names)),
      [
        "thumb/a.jpg",
        "thumb/a.mov.jpg",
        "thumb/a.MP4.jpg",
        "thumb/a.mov.mp4.jpg",
        "thumb/a.MOV.mp4.jpg",
        "thumb/a.MP4.mp4.jpg",
        "thumb/a.webm.jpg",
      ],
    );
  });

  it("of thumbnails are never the same for two videos of a bucket, and tell the video's", () => {
    const part = fc.constantFrom(".mp4", ".MP4", ".mov", ".MOV", ".Mp4", ".a", "a", "/", ".");
    const suffixes = fc.uniqueArray(fc.constantFrom(".mp4", ".mov", ".a", ".a.mp4", ".mp4.a", ".MP4.mov"), {
      minLength: 1,
    });
    const stem = fc.array(part, { maxLength: 4 }).map((parts) => parts.join(""));
    const property = fc.property(
      suffixes,
      fc.array(stem, { minLength: 2, maxLength: 40 }),
      (videoSuffixes, stems) => {
        const names = { format: "png", prefix: "thumb/", videoSuffixes } as const;
        const videos = stems
          .flatMap((one) =>
            videoSuffixes.flatMap((suffix) => [one, one + suffix, one + suffix.toUpperCase()]),
          )
          .filter((key) =>
            videoSuffixes.some((suffix) => [suffix, suffix.toUpperCase()].some((end) => key.endsWith(end))),
          );
        const outputs = new Map<string, string>();
        for (const key of videos) {
          const output = thumbnailKey(key, names);
          assert.equal(outputs.get(output) ?? key, key, output);
          assert.equal(videoKeyOfThumbnail(output, names), key);
          outputs.set(output, key);
        }
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });

  it("of objects in S3 are read from every form of URL that S3 has", () => {
    const object = (region?: string) => ({
      bucket: "my.bucket",
      key: "dir/a b+c.mp4",
      versionId: undefined,
      region,
    });
    const readings: [string, unknown][] = [
      ["s3://my.bucket/dir/a b+c.mp4", object()],
      ["https://my.bucket.s3.amazonaws.com/dir/a%20b+c.mp4", object()],
      ["https://my.bucket.s3.eu-west-1.amazonaws.com/dir/a%20b%2Bc.mp4", object("eu-west-1")],
      ["https://my.bucket.s3-us-west-2.amazonaws.com/dir/a%20b+c.mp4", object("us-west-2")],
      ["https://my.bucket.s3.dualstack.us-gov-west-1.amazonaws.com/dir/a%20b+c.mp4", object("us-gov-west-1")],
      ["https://my.bucket.s3.cn-north-1.amazonaws.com.cn/dir/a%20b+c.mp4", object("cn-north-1")],
      ["https://s3.amazonaws.com/my.bucket/dir/a%20b+c.mp4", object()],
      ["https://s3.eu-west-1.amazonaws.com/my.bucket/dir/a%20b+c.mp4", object("eu-west-1")],
      ["https://s3-eu-west-1.amazonaws.com/my.bucket/dir/a%20b+c.mp4", object("eu-west-1")],
    ];
    for (const [url, expected] of readings) assert.deepEqual(parseS3Url(url), expected, url);
  });

  it("of objects in S3 are not seen in other URLs, nor in presigned ones", () => {
    const urls = [
      "https://example.com/a.mp4",
      "https://s3.amazonaws.com.example.com/bucket/a.mp4",
      "http://127.0.0.1:9000/bucket/a.mp4",
      "https://bucket.s3.amazonaws.com/a.mp4?X-Amz-Signature=abc",
    ];
    for (const url of urls) assert.equal(parseS3Url(url), undefined, url);
  });

  it("tell a thumbnail's video where its metadata could not hold the key, and only there", () => {
    const names = { format: "png", prefix: "thumb/", videoSuffixes: [".mp4", ".mov"] } as const;
    const long = "影".repeat(320);
    assert.equal(videoKeyLeftOut(`thumb/${long}.png`, names), `${long}.mp4`);
    assert.equal(videoKeyLeftOut(`thumb/${long}.mov.png`, names), `${long}.mov`);
    for (const key of ["thumb/cat.png", `thumb/${long}.jpg`, `elsewhere/${long}.png`])
      assert.equal(videoKeyLeftOut(key, names), undefined, key);
  });
});
