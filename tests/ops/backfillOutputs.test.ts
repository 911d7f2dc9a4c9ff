import assert from "node:assert/strict";
import { estimate, estimateText, usualRate } from "../../ops/estimate";
import { manifestOf as storedManifestOf } from "./manifest";
import { invocationRecord, Operator } from "./operator";

const askedFor = "storyboard=160.jpg preview=320x4s 320.webp";

const manifestOf = (key: string) => storedManifestOf(key, { askedFor });

describe("npm run ops: backfill of all outputs", () => {
  let operator: Operator;
  before(async () => {
    operator = await Operator.start();
  });
  after(() => operator.stop());
  beforeEach(async () => {
    await operator.reset();
    operator.stack.outputs.extrasAskedFor = askedFor;
  });

  /** A video with a thumbnail, and a manifest of second 32. */
  const put = (name: string, manifest?: object | string, second = 32) => {
    operator.bucket.put(`${name}.mp4`, 30);
    operator.bucket.put(`thumb/${name}.png`, 31);
    if (manifest === undefined) return;
    const body = typeof manifest === "string" ? manifest : JSON.stringify(manifest);
    operator.bucket.put(`extras/${name}.mp4/manifest.json`, second, { body });
  };
  const found = async (...words: string[]) =>
    (await operator.types("backfill", "--dry-run", ...words)).printed
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");

  it("queues the videos whose outputs are not those that the settings ask for", async () => {
    put("good", manifestOf("good.mp4"));
    put("missing");
    put("older", manifestOf("older.mp4"), 29);
    put("making", { ...manifestOf("making.mp4"), state: "making", outputs: [], maker: "x" });
    put("otherSettings", { ...manifestOf("otherSettings.mp4"), askedFor: "320.webp" });
    const { video, ...rest } = manifestOf("otherUpload.mp4");
    put("otherUpload", { ...rest, video: { ...video, lastModified: "2026-01-01T00:00:20Z" } });
    put("anothers", manifestOf("good.mp4"));
    put("noManifest", "[]");
    put("empty", "");
    put("huge", JSON.stringify({ ...manifestOf("huge.mp4"), more: "x".repeat(300_000) }));
    put("archived");
    const archived = { body: JSON.stringify(manifestOf("archived.mp4")), storageClass: "GLACIER" };
    operator.bucket.put("extras/archived.mp4/manifest.json", 32, archived);
    operator.bucket.put("noThumbnail.mp4", 30);
    const { printed } = await operator.types("backfill", "--yes", "--rate", "1000");
    assert.equal(printed, "11 of 11 videos queued.\n");
    assert.deepEqual((await operator.queuedKeys()).sort(), [
      ...[
        "anothers.mp4",
        "archived.mp4",
        "empty.mp4",
        "huge.mp4",
        "making.mp4",
        "missing.mp4",
        "noManifest.mp4",
      ],
      ...["noThumbnail.mp4", "older.mp4", "otherSettings.mp4", "otherUpload.mp4"],
    ]);
  });

  it("tells a program what each lacks, and then what all of it takes", async () => {
    put("a");
    operator.bucket.put("b.mp4", 30);
    const lines = (await found("--json")).map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      lines.slice(0, 2).map(({ key, lacks }) => [key, lacks]),
      [
        ["a.mp4", "outputs"],
        ["b.mp4", "thumbnail"],
      ],
    );
    const { found: count, archived, ...expected } = lines[2]!;
    assert.deepEqual([count, archived, lines.length], [2, 0, 3]);
    assert.deepEqual(expected, { ...estimate(2, askedFor, usualRate(askedFor)) });
  });

  it("tells a person what all of it takes", async () => {
    put("a");
    const { said } = await operator.types("backfill", "--dry-run");
    assert.match(said, /1 video without a thumbnail newer than itself, or not with all outputs that /);
    assert.match(said, /To queue them takes about .* s to .* s and less than \$0\.01 with ten workers /);
  });

  it("makes neither more lists nor reads a manifest where the settings ask for thumbnails alone", async () => {
    for (const name of ["a", "b", "c"]) put(name, { ...manifestOf(`${name}.mp4`), askedFor: "" });
    operator.stack.outputs.extrasAskedFor = "";
    operator.bucket.lists = 0;
    assert.deepEqual(await found(), []);
    assert.deepEqual([operator.bucket.gets, operator.bucket.lists], [0, 2]);
  });

  it("reads only manifests that the listing does not rule out", async () => {
    operator.bucket.pageSize = 7;
    for (let index = 0; index < 40; index++) {
      const key = `clip ${index}.mp4`;
      put(`clip ${index}`, index < 20 ? manifestOf(key) : undefined);
      operator.bucket.put(`extras/${key}/storyboard-1.jpg`, 31);
    }
    operator.bucket.put("extras/clip 3.mp4/manifest.json", 29);
    const keys = await found();
    assert.equal(keys.length, 21);
    assert.ok(keys.includes("clip 3.mp4") && keys.includes("clip 20.mp4") && !keys.includes("clip 2.mp4"));
    assert.equal(operator.bucket.gets, 19);
  });

  it("goes on where it was interrupted at the same rate, and makes all anew with --remake", async () => {
    put("a", manifestOf("a.mp4"));
    put("b");
    operator.interruptAfter("SendMessageBatchCommand");
    const { printed } = await operator.types("backfill", "--remake", "--yes");
    const rate = usualRate(askedFor);
    assert.ok(rate < 5);
    assert.match(printed, new RegExp(`--remake --rate ${rate} --start-after=a\\.mp4 `));
    operator.stack.sqs.middlewareStack.remove("interrupt");
    assert.deepEqual(await operator.queuedKeys(), ["a.mp4"]);
  });

  it("makes the job of a video whose manifest nobody was told of", async () => {
    put("a", manifestOf("a.mp4"));
    operator.bucket.put("extras/gone.mp4/manifest.json", 32, { body: "{}" });
    const { failedEventsQueueUrl } = operator.stack.outputs;
    await operator.send(
      failedEventsQueueUrl,
      invocationRecord("onThumbnailCreated", ["extras/a.mp4/manifest.json"]),
    );
    await operator.send(
      failedEventsQueueUrl,
      invocationRecord("onThumbnailCreated", ["extras/removed.mp4/manifest.json"]),
    );
    await operator.send(
      failedEventsQueueUrl,
      invocationRecord("onThumbnailCreated", ["extras/gone.mp4/manifest.json"]),
    );
    const { printed } = await operator.types("redrive", "--events", "--yes", "--json");
    const { needless, problems } = JSON.parse(printed) as Record<string, string[]>;
    assert.deepEqual(await operator.queuedKeys(), ["a.mp4"]);
    assert.deepEqual(needless, ["extras/removed.mp4/manifest.json is gone"]);
    assert.match(String(problems), /^extras\/gone\.mp4\/manifest\.json is of gone\.mp4, which is gone: /);
  });

  it("expects more time and money of more outputs, and says both in ranges", () => {
    const thumbnails = estimate(1000, "", 5);
    assert.deepEqual(thumbnails.seconds, { low: 200, high: 800 });
    const all = estimate(1000, askedFor, 5);
    for (const figure of ["cpuSeconds", "seconds", "dollars"] as const) {
      assert.ok(all[figure].low > thumbnails[figure].low && all[figure].high > thumbnails[figure].high);
      assert.ok(all[figure].low < all[figure].high);
    }
    assert.equal(estimateText(thumbnails), "about 3 min to 13 min and $0.03 to $0.06");
    assert.equal(usualRate("storyboard=160.jpg preview=320x4s"), 0.4, "as docs/operating.md says");
  });
});
