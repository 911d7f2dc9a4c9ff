import assert from "node:assert/strict";
import { UsageError } from "../../ops/arguments";
import { withDefaults, type StackOutputs } from "../../ops/stack";
import { manifestOf } from "./manifest";
import { Operator } from "./operator";

const askedFor = "320.webp";

describe("npm run ops, of a stack with places of its own", () => {
  let operator: Operator;
  before(async () => {
    operator = await Operator.start();
  });
  after(() => operator.stop());
  beforeEach(() => operator.reset());

  const stackHas = (places: Partial<StackOutputs>) => Object.assign(operator.stack.outputs, places);
  const put = (...keys: string[]) => {
    for (const key of keys) operator.bucket.put(key, 30);
  };
  const putPicture = (key: string, second = 31, body?: string) => {
    operator.bucket.put(key, second, body === undefined ? {} : { body }, operator.bucket.pictures);
  };
  const found = async (...words: string[]) =>
    (await operator.types("backfill", "--dry-run", ...words)).printed
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");

  it("takes the videos' bucket for that of outputs where a stack of an earlier version tells of no other", () => {
    const { outputBucketName, videoPrefixes, onExistingBucket } = withDefaults({ bucketName: "videos" });
    assert.deepEqual([outputBucketName, videoPrefixes, onExistingBucket], ["videos", [], false]);
  });

  describe("outputs in another bucket", () => {
    beforeEach(() => stackHas({ outputBucketName: "pictures" }));

    it("backfill looks for thumbnails there, and sends jobs of the videos' bucket", async () => {
      put("done.mp4", "new.mp4", "beside.mp4", "thumb/beside.png");
      putPicture("thumb/done.png");
      putPicture("loose.mp4");
      const { asked } = await operator.types("backfill");
      assert.match(asked[0] ?? "", /^Queue 2 videos of the bucket videos /);
      const bodies = await operator.drain(operator.stack.outputs.jobQueueUrl);
      const jobs = bodies.map((body) => JSON.parse(body) as { bucket: string; key: string });
      assert.deepEqual(
        jobs.map(({ bucket, key }) => `${bucket}/${key}`),
        ["videos/beside.mp4", "videos/new.mp4"],
      );
    });

    it("backfill takes nothing under the outputs' prefixes for a video, though no output is beside the videos", async () => {
      put("thumb/cat.mp4", "extras/cat.mp4", "cat.mp4");
      assert.deepEqual(await found(), ["cat.mp4"]);
    });

    it("backfill reads manifests there, which must be of this very bucket's video", async () => {
      stackHas({ extrasAskedFor: askedFor });
      for (const [name, bucket] of [
        ["good", "videos"],
        ["anothers", "others"],
        ["theirs", undefined],
      ] as const) {
        put(`${name}.mp4`);
        putPicture(`thumb/${name}.png`);
        putPicture(
          `extras/${name}.mp4/manifest.json`,
          32,
          JSON.stringify(manifestOf(`${name}.mp4`, { askedFor, bucket: "pictures", videoBucket: bucket })),
        );
      }
      assert.deepEqual(await found(), ["anothers.mp4", "theirs.mp4"]);
    });

    it("status counts there", async () => {
      operator.ecs.operations = { ListTasks: () => ({ taskArns: [] }) };
      stackHas({ extrasAskedFor: askedFor });
      put("thumb/old.png");
      putPicture("thumb/cat.png");
      putPicture("thumb/dog.png");
      putPicture("extras/cat.mp4/manifest.json");
      const { printed } = await operator.types("status");
      assert.match(printed, /^Newest +thumb\/\w+\.png, .*\n +thumb\/\w+\.png, /m);
      assert.doesNotMatch(printed, /old/);
      assert.match(printed, /^Outputs +1 video with a thumbnail and no manifest/m);
    });
  });

  describe("prefixes of videos", () => {
    beforeEach(() => stackHas({ videoPrefixes: ["uploads/", "more/in/"] }));

    it("backfill lists and queues what is under them alone, in the order of keys", async () => {
      operator.bucket.pageSize = 2;
      const videos = ["more/in/1.mp4", "uploads/1.mp4", "uploads/2.mp4", "uploads/3.mp4"];
      put(...videos, "other/1.mp4", "cat.mp4", "more/1.mp4", "uploads.mp4", "uploads/notes.txt");
      operator.bucket.listed.length = 0;
      assert.deepEqual(await found(), videos);
      assert.deepEqual([...new Set(operator.bucket.listed)].sort(), ["", "more/in/", "uploads/"].sort());
      assert.deepEqual(await found("--start-after=uploads/1.mp4"), videos.slice(2));
    });

    it("backfill takes a prefix within them, or one that they are within", async () => {
      put("more/in/a/1.mp4", "more/in/b/1.mp4", "uploads/1.mp4", "more/1.mp4");
      assert.deepEqual(await found("--prefix=more/in/b"), ["more/in/b/1.mp4"]);
      assert.deepEqual(await found("--prefix=m"), ["more/in/a/1.mp4", "more/in/b/1.mp4"]);
      await assert.rejects(
        operator.types("backfill", "--prefix=other/"),
        (error: unknown) =>
          error instanceof UsageError &&
          error.message ===
            "Nothing under other/ is a video: the stack takes those for videos that are under uploads/ or more/in/.",
      );
    });

    it("choose refuses what is under none of them, and says what is a video", async () => {
      await assert.rejects(
        operator.types("choose", "cat.mp4", "5"),
        (error: unknown) =>
          error instanceof UsageError &&
          error.message ===
            "cat.mp4 is no video: the stack takes those for videos that are under uploads/ or more/in/, end with .mp4, " +
              ".MP4, .mov, .MOV and are not under thumb/ or extras/.",
      );
    });

    it("status does not count thumbnails of what is no video any more", async () => {
      operator.ecs.operations = { ListTasks: () => ({ taskArns: [] }) };
      stackHas({ extrasAskedFor: askedFor });
      put("thumb/uploads/cat.png", "thumb/cat.png", "thumb/old/cat.png");
      assert.match((await operator.types("status")).printed, /^Outputs +1 video with a thumbnail and no/m);
    });
  });

  it("takes a suffix in any case where videos are in an existing bucket, as EventBridge's rule does", async () => {
    put("a.mp4", "b.Mp4", "c.MP4", "d.mOv", "e.txt");
    assert.deepEqual(await found(), ["a.mp4", "c.MP4"]);
    await assert.rejects(
      operator.types("choose", "b.Mp4", "5"),
      /end with \.mp4, \.MP4, \.mov, \.MOV and are not/,
    );
    stackHas({ onExistingBucket: true });
    assert.deepEqual(await found(), ["a.mp4", "b.Mp4", "c.MP4", "d.mOv"]);
    await assert.rejects(
      operator.types("choose", "e.txt", "5"),
      /end with \.mp4, \.mov in any case and are not/,
    );
  });

  it("finds thumbnails and videos with outputs' prefixes of several parts, and jumps over these", async () => {
    stackHas({ thumbnailKeyPrefix: "made/small/", extrasKeyPrefix: "made/rest/" });
    put("a.mp4", "made/clip.mp4", "made/small/a.png", "made/small/in.mp4", "thumb/clip.mp4", "z.mp4");
    for (let index = 0; index < 3000; index += 1) put(`made/small/zz${index}.png`);
    operator.bucket.lists = 0;
    assert.deepEqual(await found(), ["made/clip.mp4", "thumb/clip.mp4", "z.mp4"]);
    assert.ok(operator.bucket.lists <= 6, String(operator.bucket.lists));
    await assert.rejects(
      operator.types("backfill", "--prefix=made/small/x"),
      /Under made\/small\/ is what is made/,
    );
  });
});
