import assert from "node:assert/strict";
import type { Failures, Status, VideoProgress } from "../../console/messages";
import { KnownVideos } from "../../console/reading/videos/knownVideos";
import { oneAtATime } from "../../console/reading/oneAtATime";
import { readProgress, type Progress } from "../../console/reading/videos/progressReader";
import type { Context } from "../../console/server/context";
import { infoOf } from "../../console/server/info";
import { Live, type Message } from "../../console/server/live";
import { thumbnailMetadata } from "../../contract/outputs";
import { manifestOf } from "../ops/manifest";
import { Operator } from "../ops/operator";
import { callsOf } from "./testConsole";

const pace = { followSeconds: 0.002, busySeconds: 1, idleSeconds: 0.05 };

describe("the console: how far a video is", () => {
  let operator: Operator;
  let live: Live;
  let videos: KnownVideos;
  let stopping: AbortController;
  let progress: Progress;
  let close: () => void;
  let told: Message[];
  let wake: () => void;

  before(async () => {
    operator = await Operator.start();
  });
  after(() => operator.stop());
  beforeEach(async () => {
    await operator.reset();
    callsOf(operator.stack).reset();
    [live, stopping, told, wake] = [new Live(), new AbortController(), [], () => undefined];
    videos = new KnownVideos(live);
    progress = readProgress(contextOf());
    close = live.listen((message) => {
      told.push(message);
      wake();
    });
    videos.listed([]);
  });
  afterEach(async () => {
    stopping.abort();
    await progress.settled();
  });

  function contextOf(): Context {
    const { stack } = operator;
    return {
      stack,
      info: { ...infoOf(stack, { isReadOnly: false, opsOptions: "--local" }), ...pace },
      ...{ live, videos, stopping: stopping.signal, atFailures: oneAtATime() },
      readSettings: () => Promise.resolve([]),
      follow: (keys) => {
        progress.follow(keys);
      },
      isFollowing: () => progress.isFollowing(),
      statusChanged: () => undefined,
      failuresChanged: () => undefined,
    };
  }

  /** The stack is seen to be so. */
  function stackIs(waiting: number, inHand: number, running: number, starting = 0): void {
    const nothing = { value: null };
    const status: Status = {
      readAt: new Date(Date.now() + 1).toISOString(),
      jobs: { value: { waiting, inHand } },
      workers: { value: { running, starting, diedYoung: [] } },
      ...{ failedJobs: { value: 0 }, failedEvents: { value: 0 }, oldestJobSeconds: nothing },
      ...{ alarms: nothing, charts: { value: [] } },
    };
    live.tell({ name: "status", data: status });
  }

  function failuresAre(...jobs: { key: string; reason: string; failedAt: string | null }[]): void {
    const more = { uploadedAt: null, means: null, whatToDo: null, attempts: 1, logUrl: null };
    const failures: Failures = { jobs: jobs.map((job) => ({ ...job, ...more })), events: [] };
    live.tell({ name: "failures", data: { value: failures } });
  }

  const last = (): readonly VideoProgress[] => live.last("progress") ?? [];
  const phases = () => last().map(({ key, phase, before }) => [key, phase, before]);

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => (wake = resolve));
  }

  const reaches = (phase: string) => until(() => last()[0]?.phase === phase);

  /** A thumbnail of the upload of that second, of the frame that the tag of that time chose. */
  function thumbnail(key: string, second: number, tag?: string): void {
    operator.bucket.put(`thumb/${key.replace(/\.mp4$/, ".png")}`, second + 5, {
      metadata: {
        [thumbnailMetadata.videoKey]: encodeURIComponent(key),
        [thumbnailMetadata.videoLastModified]: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
        ...(tag !== undefined && { [thumbnailMetadata.timestampTag]: tag }),
      },
    });
  }

  it("waits in the queue, with how many before it, for a worker that runs or one that starts", () => {
    for (const key of ["a.mp4", "b.mp4", "c.mp4"]) operator.bucket.put(key, 0);
    progress.follow(["a.mp4", "b.mp4", "c.mp4"]);
    assert.deepEqual(phases(), [
      ["a.mp4", "queued", null],
      ["b.mp4", "queued", null],
      ["c.mp4", "queued", null],
    ]);
    stackIs(7, 0, 0);
    assert.deepEqual(phases()[0], ["a.mp4", "queued", 4]);
    stackIs(7, 0, 0, 1);
    assert.deepEqual(phases(), [
      ["a.mp4", "starting", 4],
      ["b.mp4", "starting", 5],
      ["c.mp4", "starting", 6],
    ]);
    stackIs(2, 1, 1);
    assert.deepEqual(phases(), [
      ["a.mp4", "working", null],
      ["b.mp4", "queued", 0],
      ["c.mp4", "queued", 1],
    ]);
  });

  it("is done when its thumbnail is there, which is shown at once", async () => {
    operator.bucket.put("a.mp4", 10);
    progress.follow(["a.mp4"]);
    thumbnail("a.mp4", 10);
    await reaches("done");
    const changes = told.flatMap((message) => (message.name === "videos-changed" ? [message.data] : []));
    assert.deepEqual(changes, [
      {
        removed: [],
        changed: [
          { key: "a.mp4", thumbnail: "thumb/a.png", eTag: "11", storedAt: "2026-01-01T00:00:15.000Z" },
        ],
      },
    ]);
    const [{ at } = { at: {} }] = last();
    assert.deepEqual(Object.keys(at), ["uploaded", "queued", "frame", "done"]);
  });

  it("takes no thumbnail of an earlier upload for its own", async () => {
    operator.bucket.put("a.mp4", 30);
    thumbnail("a.mp4", 10);
    progress.follow(["a.mp4"]);
    stackIs(0, 1, 1);
    const { made } = callsOf(operator.stack);
    // The video once, and then the thumbnail, in one round after the other.
    while (made.length < 8) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.deepEqual(phases(), [["a.mp4", "working", null]]);
    thumbnail("a.mp4", 30);
    await reaches("done");
  });

  it("waits, where a frame was chosen, for the picture of that frame", async () => {
    operator.bucket.put("a.mp4", 10, { tags: { "thumbnail-timestamp": "00:00:02" } });
    thumbnail("a.mp4", 10, "00:00:01");
    progress.follow(["a.mp4"]);
    const { made } = callsOf(operator.stack);
    while (made.length < 8) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.deepEqual(phases(), [["a.mp4", "queued", null]]);
    thumbnail("a.mp4", 10, "00:00:02");
    await reaches("done");
  });

  it("is followed to its thumbnail where nobody may know what was chosen", async () => {
    operator.bucket.put("a.mp4", 10, { tags: { "thumbnail-timestamp": "00:00:02" } });
    callsOf(operator.stack).deny("S3 GetObjectTagging");
    thumbnail("a.mp4", 10, "00:00:02");
    progress.follow(["a.mp4"]);
    await reaches("done");
  });

  it("shows its frame before its extras, and is done when the manifest names all", async () => {
    operator.stack.outputs.extrasAskedFor = "preview";
    operator.bucket.put("a.mp4", 30);
    thumbnail("a.mp4", 30);
    progress.follow(["a.mp4"]);
    await reaches("extras");
    const manifest = manifestOf("a.mp4", { askedFor: "preview" });
    operator.bucket.put("extras/a.mp4/manifest.json", 32, { body: JSON.stringify(manifest) });
    await reaches("done");
    const [{ at } = { at: {} }] = last();
    assert.deepEqual(Object.keys(at), ["uploaded", "queued", "frame", "extras", "done"]);
  });

  it("has failed when its job has, with the reason", () => {
    failuresAre();
    operator.bucket.put("a.mp4", 0);
    progress.follow(["a.mp4", "b.mp4"]);
    failuresAre({ key: "a.mp4", reason: "truncated at 3 bytes", failedAt: null });
    assert.deepEqual(
      last().map(({ phase, reason }) => [phase, reason]),
      [
        ["failed", "truncated at 3 bytes"],
        ["queued", null],
      ],
    );
  });

  it("has not failed by what an earlier job of it failed of, and has when it fails of the same again", () => {
    const earlier = { key: "a.mp4", reason: "truncated at 3 bytes", failedAt: "2026-01-01T00:00:00.000Z" };
    failuresAre(earlier);
    progress.follow(["a.mp4"]);
    failuresAre(earlier);
    assert.deepEqual(phases(), [["a.mp4", "queued", null]]);
    failuresAre();
    failuresAre(earlier);
    assert.deepEqual(phases(), [["a.mp4", "failed", null]]);
  });

  it("has not failed by an earlier failure that is only told now", () => {
    progress.follow(["a.mp4"]);
    const reason = "truncated at 3 bytes";
    failuresAre({ key: "a.mp4", reason, failedAt: "2026-01-01T00:00:00.000Z" });
    assert.deepEqual(phases(), [["a.mp4", "queued", null]]);
    failuresAre({ key: "a.mp4", reason, failedAt: new Date(Date.now() + 1000).toISOString() });
    assert.deepEqual(phases(), [["a.mp4", "failed", null]]);
  });

  it("has failed when the video was deleted", async () => {
    progress.follow(["a.mp4"]);
    await reaches("failed");
    assert.match(last()[0]?.reason ?? "", /^the video is gone: /);
  });

  describe("minutes later", () => {
    const { now } = Date;
    afterEach(() => {
      Date.now = now;
    });
    const later = (minutes: number) => {
      Date.now = () => now() + minutes * 60_000;
    };

    it("has failed when the video was deleted while it was waited for", async () => {
      operator.bucket.put("a.mp4", 10);
      progress.follow(["a.mp4"]);
      const { made } = callsOf(operator.stack);
      while (made.length < 8) await new Promise((resolve) => setTimeout(resolve, 1));
      operator.bucket.objects.clear();
      later(2);
      await reaches("failed");
    });

    it("is done with the frame that somebody else has chosen meanwhile", async () => {
      operator.bucket.put("a.mp4", 10, { tags: { "thumbnail-timestamp": "00:00:01" } });
      progress.follow(["a.mp4"]);
      const { made } = callsOf(operator.stack);
      while (made.length < 8) await new Promise((resolve) => setTimeout(resolve, 1));
      operator.bucket.put("a.mp4", 10, { tags: { "thumbnail-timestamp": "00:00:02" } });
      thumbnail("a.mp4", 10, "00:00:02");
      later(2);
      await reaches("done");
    });

    it("is looked for although many before it never come to an end", async () => {
      const keys = Array.from({ length: 64 }, (_, index) => `${index}.mp4`);
      for (const key of [...keys, "a.mp4"]) operator.bucket.put(key, 10);
      progress.follow([...keys, "a.mp4"]);
      const { made } = callsOf(operator.stack);
      while (made.length < 4 * 64) await new Promise((resolve) => setTimeout(resolve, 1));
      thumbnail("a.mp4", 10);
      later(15);
      await until(() => last().at(-1)?.phase === "done");
    });
  });

  it("is asked about by nobody when no page is open, and again when one opens", async () => {
    operator.bucket.put("a.mp4", 0);
    close();
    progress.follow(["a.mp4"]);
    await progress.settled();
    assert.deepEqual(callsOf(operator.stack).made, []);
    thumbnail("a.mp4", 0);
    live.listen(() => {
      wake();
    });
    await reaches("done");
  });

  it("of thousands is asked about for the 64 that were first", async () => {
    const keys = Array.from({ length: 2000 }, (_, index) => `${index}.mp4`);
    for (const key of keys) operator.bucket.put(key, 0);
    progress.follow(keys);
    const { made } = callsOf(operator.stack);
    const heads = () => made.filter((call) => call === "S3 HeadObject").length;
    // The videos, and their thumbnails twice.
    while (heads() < 3 * 64) await new Promise((resolve) => setTimeout(resolve, 1));
    for (const key of keys.slice(0, 64)) thumbnail(key, 0);
    await until(() => last().filter(({ phase }) => phase === "done").length === 64);
    assert.ok(
      last()
        .slice(0, 64)
        .every(({ phase }) => phase === "done"),
    );
    const tags = made.filter((call) => call === "S3 GetObjectTagging").length;
    assert.ok(tags <= 2 * 64, `${tags} videos`);
  });
});
