import assert from "node:assert/strict";
import { S3ServiceException } from "@aws-sdk/client-s3";
import type { Refusal, StoryboardFacts, ThumbnailFacts, VideoDetails } from "../../console/messages";
import type { Manifest } from "../../contract/manifest";
import { manifestOf } from "../ops/manifest";
import { Operator } from "../ops/operator";
import { TestConsole } from "./testConsole";

/** As often as this machine can. */
const fast = { followSeconds: 3600, busySeconds: 3600, idleSeconds: 0.005 };
const once = { followSeconds: 3600, busySeconds: 3600, idleSeconds: 3600 };

describe("the console: videos and their thumbnails", () => {
  let operator: Operator;
  let shown: TestConsole | undefined;
  before(async () => {
    operator = await Operator.start();
  });
  after(() => operator.stop());
  beforeEach(async () => {
    await operator.reset();
    operator.bucket.heads = 0;
  });
  afterEach(async () => {
    await shown?.stop();
    shown = undefined;
  });

  const metadata = (key: string, more: Record<string, string> = {}) => ({
    "video-key": encodeURIComponent(key),
    "video-last-modified": "2026-01-01T00:00:00Z",
    ...more,
  });
  const storeManifest = (key: string, more: Partial<Manifest>) => {
    const manifest = { ...manifestOf(key, { askedFor: "storyboard=160.jpg" }), ...more };
    operator.bucket.put(`extras/${key}/manifest.json`, 2, { body: JSON.stringify(manifest) });
  };
  const query = (key: string) => new URLSearchParams({ key }).toString();

  it("lists what is a video's thumbnail, of however many pages, and nothing else", async () => {
    const { bucket } = operator;
    bucket.pageSize = 2;
    for (const name of ["a.png", "b c+d%.png", "e\u202Ef.png", "g.MOV.png", "h.jpg", "i.txt"])
      bucket.put(`thumb/${name}`, 1);
    shown = await TestConsole.start(operator.stack, once);
    const told = await (await shown.opens()).until("videos");
    assert.ok("value" in told);
    assert.deepEqual(
      told.value.map(({ key }) => key),
      ["a.mp4", "b c+d%.mp4", "e\u202Ef.mp4", "g.MOV"],
    );
  });

  it("tells of thumbnails that come and go while a page is open", async () => {
    operator.bucket.put("thumb/a.png", 1);
    shown = await TestConsole.start(operator.stack, fast);
    const page = await shown.opens();
    await page.until("videos");
    operator.bucket.objects.clear();
    operator.bucket.put("thumb/b.png", 2);
    const { changed, removed } = await page.until("videos-changed");
    assert.deepEqual([changed.map(({ key }) => key), removed], [["b.mp4"], ["a.mp4"]]);
  });

  it("asks once for what a thumbnail's metadata say, and tells only what a worker may have written", async () => {
    const { bucket } = operator;
    bucket.put("thumb/good.png", 1, {
      metadata: metadata("good.mp4", { "thumb-hash": "1QcSHQRnh493V4dIh4eXh1h4kJUI", width: "64" }),
    });
    bucket.put("thumb/evil.png", 1, {
      metadata: metadata("evil.mp4", {
        ...{ "thumb-hash": "<img src=x>", "dominant-color": "red;background:url(//x)", width: "1e400" },
      }),
    });
    bucket.put("thumb/other.png", 1, { metadata: metadata("another.mp4", { width: "64" }) });
    shown = await TestConsole.start(operator.stack, once);
    await (await shown.opens()).until("videos");
    const keys = ["good.mp4", "evil.mp4", "other.mp4", "none.mp4"];
    const { body } = await shown.post("/api/thumbnails", { keys });
    const facts = body as ThumbnailFacts[];
    assert.deepEqual(
      facts.map(({ key, thumbHash, dominantColor, width }) => [key, thumbHash, dominantColor, width]),
      [
        ["good.mp4", "1QcSHQRnh493V4dIh4eXh1h4kJUI", null, 64],
        ["evil.mp4", null, null, null],
        ["other.mp4", null, null, null],
        ["none.mp4", null, null, null],
      ],
    );
    const before = operator.bucket.heads;
    await shown.post("/api/thumbnails", { keys: ["good.mp4"] });
    assert.equal(operator.bucket.heads, before);
  });

  /** S3 answers so to calls about this key. */
  function answers(forKey: string, error: object): void {
    operator.stack.s3.middlewareStack.add(
      (next) => (call) =>
        (call.input as { Key?: string }).Key === forKey
          ? Promise.reject(new S3ServiceException({ name: "", $fault: "client", $metadata: {}, ...error }))
          : next(call),
      { step: "initialize", priority: "high", name: "answers", override: true },
    );
  }
  afterEach(() => {
    operator.stack.s3.middlewareStack.remove("answers");
  });

  it("knows nothing of a thumbnail that can not be read, and of the others what there is", async () => {
    for (const name of ["a", "b"])
      operator.bucket.put(`thumb/${name}.png`, 1, { metadata: metadata(`${name}.mp4`, { width: "64" }) });
    answers("thumb/a.png", { name: "403", $metadata: { httpStatusCode: 403 } });
    shown = await TestConsole.start(operator.stack, once);
    const { body } = await shown.post("/api/thumbnails", { keys: ["a.mp4", "b.mp4"] });
    assert.deepEqual(
      (body as ThumbnailFacts[]).map(({ key, width }) => [key, width]),
      [
        ["a.mp4", null],
        ["b.mp4", 64],
      ],
    );
    assert.equal((await shown.post("/api/thumbnails", { keys: ["a.mp4"] })).status, 403);
  });

  it("does not say that there is no storyboard where it could not be asked for", async () => {
    answers("extras/a.mp4/storyboard.json", { name: "ExpiredToken", $metadata: { httpStatusCode: 400 } });
    shown = await TestConsole.start(operator.stack, once);
    const { status, body } = await shown.get(`/api/storyboard?${query("a.mp4")}`);
    assert.deepEqual([status, (body as Refusal).problem.kind], [502, "credentials"]);
  });

  it("takes no manifest for one that would fill the page with what no worker writes", async () => {
    operator.stack.outputs.extrasAskedFor = "storyboard=160.jpg";
    const { video } = manifestOf("a.mp4", { askedFor: "" });
    operator.bucket.put("a.mp4", 1);
    operator.bucket.put("thumb/a.png", 2, { metadata: metadata("a.mp4") });
    shown = await TestConsole.start(operator.stack, once);
    const manifest = async () =>
      ((await shown!.get(`/api/video?${query("a.mp4")}`)).body as VideoDetails).manifest;
    storeManifest("a.mp4", {});
    assert.equal((await manifest())?.video.codec, "h264");
    for (const strange of [{ durationSeconds: -1 }, { durationSeconds: 1e300 }, { codec: "x".repeat(61) }]) {
      storeManifest("a.mp4", { video: { ...video, ...strange } });
      assert.equal(await manifest(), null, JSON.stringify(strange));
    }
  });

  it("says what chose the frame: the worker, a tag, metadata, the file's name or a setting", async () => {
    shown = await TestConsole.start(operator.stack, once);
    const from = async (key: string, told: Record<string, string>, ofVideo: Record<string, string> = {}) => {
      operator.bucket.put(key, 1, { metadata: ofVideo });
      operator.bucket.put(`thumb/${key.slice(0, -4)}.png`, 2, { metadata: metadata(key, told) });
      return ((await shown!.get(`/api/video?${query(key)}`)).body as VideoDetails).frameFrom;
    };
    const own = { "thumbnail-timestamp": "5" };
    assert.equal(await from("a.mp4", { "timestamp-requested": "auto" }), "auto");
    assert.equal(await from("b.mp4", { "timestamp-tag": "3" }, own), "tag");
    assert.equal(await from("c.mp4", {}, own), "metadata");
    assert.equal(await from("d_00-03.mp4", {}), "name");
    assert.equal(await from("e.mp4", {}), "setting");
  });

  it("lays a storyboard out for the page and for players, with sheets of that video's alone", async () => {
    const tile = (url: string, start: number) => ({ url, start, x: 0, y: 90 });
    const tiles = [
      ...[tile("storyboard-1.jpg", 0), tile("//elsewhere/x.jpg", 1), tile("../b.mp4/storyboard-1.jpg", 2)],
      tile("storyboard-2.jpg", 3),
    ];
    const key = "dir/a #1 & <b>.mp4";
    const board = { tile_width: 160, tile_height: 90, duration: 4, tiles };
    operator.bucket.put(`extras/${key}/storyboard.json`, 1, { body: JSON.stringify(board) });
    shown = await TestConsole.start(operator.stack, once);
    const { body } = await shown.get(`/api/storyboard?${query(key)}`);
    assert.deepEqual(
      (body as StoryboardFacts).tiles.map(({ sheet }) => sheet),
      [`extras/${key}/storyboard-1.jpg`, `extras/${key}/storyboard-2.jpg`],
    );
    const address = (sheet: number) =>
      `/media/output?key=${encodeURIComponent(`extras/${key}/storyboard-${sheet}.jpg`)}#xywh=0,90,160,90`;
    assert.equal(
      (await shown.get(`/api/storyboard.vtt?${query(key)}`)).body,
      `WEBVTT\n\n00:00:00.000 --> 00:00:03.000\n${address(1)}\n\n00:00:03.000 --> 00:00:04.000\n${address(2)}\n`,
    );
  });

  it("says of a video that was deleted that it is not there any more", async () => {
    operator.bucket.put("thumb/a.png", 2, { metadata: metadata("a.mp4") });
    shown = await TestConsole.start(operator.stack, once);
    const { status, body } = await shown.get(`/api/video?${query("a.mp4")}`);
    assert.equal(status, 404);
    assert.match(JSON.stringify(body), /not in the bucket any more/);
  });

  it("speaks of no object that is none of the stack's", async () => {
    operator.bucket.put("secret.txt", 1, { body: "secret" });
    shown = await TestConsole.start(operator.stack, once);
    const addresses = ["/api/video", "/api/storyboard", "/media/video", "/media/output"];
    for (const address of addresses)
      assert.equal((await shown.get(`${address}?${query("secret.txt")}`)).status, 404, address);
    for (const [path, body] of [
      ["/api/thumbnails", { keys: ["secret.txt"] }],
      ["/api/choose", { key: "secret.txt", timestamp: "1" }],
    ] as const)
      assert.equal((await shown.post(path, body)).status, 404, path);
    const many = Array.from({ length: 101 }, () => "a.mp4");
    assert.equal((await shown.post("/api/thumbnails", { keys: many })).status, 400);
    assert.equal(operator.bucket.gets + operator.bucket.heads, 0);
  });

  it("chooses no frame at what is no time, and none at all in a console that only looks", async () => {
    shown = await TestConsole.start(operator.stack, once);
    const choose = (timestamp: unknown) => shown!.post("/api/choose", { key: "a.mp4", timestamp });
    for (const strange of ["", "soon", "-1", "1:99", "101%", 5])
      assert.equal((await choose(strange)).status, 400, String(strange));
    await shown.stop();
    shown = await TestConsole.start(operator.stack, { ...once, isReadOnly: true });
    assert.equal((await choose("5")).status, 403);
  });
});
