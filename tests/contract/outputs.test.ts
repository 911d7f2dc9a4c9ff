import assert from "node:assert/strict";
import { thumbnailKey } from "../../contract/outputs";
import { parseS3Url } from "../../worker/jobs/s3Url";

describe("worker: names", () => {
  it("of thumbnails are the video's without .mp4, under the prefix", () => {
    assert.equal(thumbnailKey("a.mp4", "png"), "thumb/a.png");
    assert.equal(thumbnailKey("dir/My clip (1).mp4", "png"), "thumb/dir/My clip (1).png");
    assert.equal(thumbnailKey("a.mp4", "webp", "previews/"), "previews/a.webp");
  });

  it("of thumbnails differ for videos that differ in their extension alone", () => {
    const keys = ["a.mp4", "a.mov", "a.MP4", "a"].map((key) => thumbnailKey(key, "jpg"));
    assert.deepEqual(keys, ["thumb/a.jpg", "thumb/a.mov.jpg", "thumb/a.MP4.jpg", "thumb/a.jpg"]);
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
});
