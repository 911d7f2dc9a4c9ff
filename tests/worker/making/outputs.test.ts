import assert from "node:assert/strict";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { Allowance } from "../../../worker/child/allowance";
import type { ExtraMaker } from "../../../worker/making/extraMaker";
import { blameOf } from "../../../worker/jobs/faults";
import { within } from "../../../worker/jobs/timeLimit";
import { ReplacedVideoError, UnusableVideoError } from "../../../worker/errors";
import { Bucket } from "../../local/testS3";
import { filesOf, makerOf, MakingStage, none, storyboard } from "./stage";

describe("worker: a video's outputs", () => {
  const stage = new MakingStage();
  before(() => stage.start());
  after(() => {
    stage.stop();
  });
  beforeEach(() => {
    stage.reset();
  });
  const vtt = makerOf({ "storyboard.vtt": "tiles" });
  const events = () => stage.told.map(({ event }) => event);

  it("cost not a request when none are wanted", async () => {
    await stage.put("plain.mp4");
    stage.asked.length = 0;
    await stage.make(stage.order("plain.mp4", undefined));
    assert.deepEqual(stage.asked, [
      "HEAD thumb/plain.mp4.png",
      "GET plain.mp4",
      "PUT thumb/plain.mp4.png",
      "GET plain.mp4",
    ]);
    assert.deepEqual(events(), ["thumbnail-stored"]);
  });

  it("are stored after the thumbnail, and their manifest after them", async () => {
    await stage.put("cat.mp4");
    stage.asked.length = 0;
    await stage.make(
      stage.order("cat.mp4", [makerOf({ "storyboard.vtt": "tiles", "storyboard-1.jpg": "sheet" })]),
    );
    const manifest = "extras/cat.mp4/manifest.json";
    assert.deepEqual(stage.asked, [
      ...["HEAD thumb/cat.mp4.png", `HEAD ${manifest}`, "GET cat.mp4"],
      ...[`PUT ${manifest}`, "PUT thumb/cat.mp4.png", "GET cat.mp4"],
      ...["GET ?extras/cat.mp4/", `HEAD ${manifest}`],
      ...["PUT extras/cat.mp4/storyboard.vtt", "PUT extras/cat.mp4/storyboard-1.jpg"],
      ...[`PUT ${manifest}`, "GET cat.mp4"],
    ]);
    assert.deepEqual(events(), ["thumbnail-stored", "outputs-stored"]);
    const made = await stage.manifest("cat.mp4");
    assert.equal(made.state, "ready");
    for (const { key, eTag, bytes, contentType } of made.outputs) {
      const { ETag, ContentLength, ContentType, CacheControl, Metadata } = await stage.head(key);
      assert.deepEqual([ETag, ContentLength, ContentType], [`"${eTag}"`, bytes, contentType], key);
      assert.deepEqual([CacheControl, Metadata?.["video-key"]], ["no-cache", "cat.mp4"], key);
    }
    assert.deepEqual(
      made.outputs.map(({ key }) => key),
      ["thumb/cat.mp4.png", "extras/cat.mp4/storyboard.vtt", "extras/cat.mp4/storyboard-1.jpg"],
    );
  });

  it("are named by nothing while they are made", async () => {
    await stage.put("slow.mp4", "one");
    await stage.make(stage.order("slow.mp4", [vtt]));
    await stage.put("slow.mp4", "two");
    let whileMade: unknown;
    const make = async () => {
      whileMade = await stage.manifest("slow.mp4");
      return filesOf({ "storyboard.vtt": "others" });
    };
    await stage.make(stage.order("slow.mp4", [{ name: "storyboard", make }]));
    assert.deepEqual(whileMade, {
      ...{ version: 1, state: "making", bucket: Bucket, video: { key: "slow.mp4" } },
      ...{ outputs: [], maker: "slow.mp4 1" },
    });
  });

  it("of the version before go, and what somebody else has put beside them stays", async () => {
    await stage.put("again.mp4", "one");
    await stage.make(stage.order("again.mp4", [makerOf({ "storyboard.vtt": "1", "storyboard-2.jpg": "1" })]));
    const others = ["extras/again.mp4/notes.txt", "extras/again.mp4/other.mp4/storyboard.vtt"];
    for (const key of others) await stage.put(key);
    await stage.put("again.mp4", "two");
    await stage.make(stage.order("again.mp4", [vtt]));
    const own = ["extras/again.mp4/manifest.json", "extras/again.mp4/storyboard.vtt"];
    assert.deepEqual(await stage.keys("extras/again.mp4/"), [...own, ...others].sort());
  });

  it("tell nothing of the video's content where anyone may read them", async () => {
    await stage.put("secret.mp4");
    await stage.make(stage.order("secret.mp4", [vtt]), { isPublic: true });
    const secret = (await stage.head("secret.mp4")).ETag!.replaceAll('"', "");
    for (const key of [...(await stage.keys("extras/secret.mp4/")), "thumb/secret.mp4.png"]) {
      const all = JSON.stringify((await stage.head(key)).Metadata) + (await stage.text(key));
      assert.ok(!all.includes(secret), `${key}: ${all}`);
    }
    await stage.make(stage.order("secret.mp4", [vtt]));
    assert.ok(JSON.stringify(await stage.manifest("secret.mp4")).includes(secret));
  });

  it("that can never be made end the job with the output's name, leave the thumbnail and no manifest", async () => {
    await stage.put("costly.mp4", "one");
    await stage.make(stage.order("costly.mp4", [vtt]));
    await stage.put("costly.mp4", "two");
    const make = () => Promise.reject(new UnusableVideoError("too costly: it is", { fromTry: 2 }));
    await assert.rejects(
      stage.make(stage.order("costly.mp4", [{ name: "preview", make }])),
      (error) =>
        error instanceof UnusableVideoError &&
        error.fromTry === 2 &&
        error.reason === "preview: too costly: it is",
    );
    assert.equal(await stage.text("thumb/costly.mp4.png"), "picture of two");
    await assert.rejects(stage.manifest("costly.mp4"), { name: "NoSuchKey" });
  });

  it("that take more than their part of the CPU time are told how much that is", async () => {
    await stage.put("costly.mp4");
    const make: ExtraMaker["make"] = async ({ allowance }) => {
      await Promise.resolve();
      throw allowance.exceeded("ffmpeg", { cpuSeconds: 99, residentBytes: 0 })!;
    };
    const allowance = () => {
      const whole = new Allowance(undefined, 90);
      whole.spend(1 / 3);
      return whole;
    };
    const order = stage.order("costly.mp4", [{ name: "storyboard", make }, vtt]);
    await assert.rejects(stage.make(order, { allowance }), {
      message:
        "storyboard: too costly: it needs more than its part of the CPU time that a video has, 44.8 s (ffmpeg had the last of them)",
    });
  });

  it("that fail otherwise are named, and it stays told whose fault it is", async () => {
    await stage.put("faulty.mp4");
    const failing = (error: Error) =>
      stage.make(stage.order("faulty.mp4", [{ name: "storyboard", make: () => Promise.reject(error) }]));
    const reset = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    for (const [error, blame] of [
      [reset, "service"],
      [new Error("ffmpeg wrote no jpg"), "job"],
    ] as const) {
      const seen = await failing(error).catch((thrown: unknown) => thrown);
      assert.equal((seen as Error).message, `storyboard: ${error.message}`);
      assert.equal(blameOf(seen), blame);
    }
  });

  it("that take too long are named, and their claim is taken away", async () => {
    await stage.put("endless.mp4");
    const make = (_: unknown, __: unknown, signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reject(new Error("aborted"));
        });
      });
    const order = stage.order("endless.mp4", [{ name: "storyboard", make }]);
    const limited = within(1, new AbortController().signal, (signal) => stage.make(order, { signal }));
    await assert.rejects(limited, { message: "storyboard: the job took longer than 1 s in all" });
    await assert.rejects(stage.manifest("endless.mp4"), { name: "NoSuchKey" });
  });

  it("are left to a worker that has claimed them since", async () => {
    await stage.put("both.mp4");
    const other = stage.order("both.mp4", [vtt]);
    const make = async () => {
      await stage.make({ ...other, extras: { ...other.extras!, newMaker: () => "the other" } });
      return filesOf({ "storyboard.vtt": "too late" });
    };
    await stage.make(stage.order("both.mp4", [{ name: "storyboard", make }]));
    assert.deepEqual(events(), ["thumbnail-stored", "thumbnail-stored", "outputs-stored", "outputs-left"]);
    assert.equal(await stage.text("extras/both.mp4/storyboard.vtt"), "tiles");
  });

  it("are made anew where the video is another one by then", async () => {
    await stage.put("changed.mp4", "one");
    let made = 0;
    const make = async () => {
      if (++made === 1) await stage.put("changed.mp4", "two");
      return filesOf({ "storyboard.vtt": `tiles ${made}` });
    };
    await stage.make(stage.order("changed.mp4", [{ name: "storyboard", make }]));
    assert.equal(made, 2);
    assert.equal(await stage.text("thumb/changed.mp4.png"), "picture of two");
    assert.equal(await stage.text("extras/changed.mp4/storyboard.vtt"), "tiles 2");
  });

  it("are kept with a change of tags only if they are whole, and what the settings ask for", async () => {
    await stage.put("tagged.mp4");
    const tagJob = async (settings = storyboard) => {
      stage.told.length = 0;
      await stage.make(stage.order("tagged.mp4", [vtt], { unlessMade: true, settings }));
      return events();
    };
    const madeAnew = ["thumbnail-stored", "outputs-stored"];
    assert.deepEqual(await tagJob(), madeAnew);
    assert.deepEqual(await tagJob(), ["thumbnail-kept"]);
    assert.deepEqual(await tagJob({ ...none, storyboard: { tileWidthPixels: 80, format: "jpg" } }), madeAnew);
    await stage.put("extras/tagged.mp4/manifest.json", "{}");
    assert.deepEqual(await tagJob(), madeAnew);
  });

  it("go with their video, where that is wanted, and nobody else's", async () => {
    await stage.put("gone.mp4");
    await stage.make(stage.order("gone.mp4", [vtt]));
    await stage.put("extras/gone.mp4/notes.txt");
    await stage.s3.client.send(new DeleteObjectCommand({ Bucket, Key: "gone.mp4" }));
    const gone = { message: /^the video is gone: / };
    await assert.rejects(stage.make(stage.order("gone.mp4", [vtt])), gone);
    assert.equal((await stage.keys("extras/gone.mp4/")).length, 3);
    await assert.rejects(stage.make(stage.order("gone.mp4", [vtt], { removeWithVideo: true })), gone);
    assert.deepEqual(await stage.keys("extras/gone.mp4/"), ["extras/gone.mp4/notes.txt"]);
    assert.deepEqual(await stage.keys("thumb/gone"), []);
  });

  it("go after the manifest that names them", async () => {
    await stage.put("order.mp4");
    await stage.make(stage.order("order.mp4", [vtt]));
    await stage.s3.client.send(new DeleteObjectCommand({ Bucket, Key: "order.mp4" }));
    stage.asked.length = 0;
    await assert.rejects(stage.make(stage.order("order.mp4", [vtt], { removeWithVideo: true })));
    assert.deepEqual(
      stage.asked.filter((asked) => asked.startsWith("DELETE")),
      [
        ...["DELETE extras/order.mp4/manifest.json", "DELETE extras/order.mp4/storyboard.vtt"],
        "DELETE thumb/order.mp4.png",
      ],
    );
  });

  it("have no manifest any more when another upload can never give any, whoever has left it there", async () => {
    const unusable = new UnusableVideoError("damaged or made to do harm: it is bad");
    const bad = { allowance: () => raise(unusable) };
    await stage.put("worse.mp4", "one");
    await stage.make(stage.order("worse.mp4", [vtt]));
    await assert.rejects(stage.make(stage.order("worse.mp4", [vtt]), bad), unusable);
    assert.equal((await stage.manifest("worse.mp4")).state, "ready", "it is of the same upload");

    await stage.put("worse.mp4", "two");
    await assert.rejects(stage.make(stage.order("worse.mp4", [vtt]), bad), unusable);
    assert.deepEqual(await stage.keys("extras/worse.mp4/"), ["extras/worse.mp4/storyboard.vtt"]);
    assert.deepEqual(await stage.keys("thumb/worse"), ["thumb/worse.mp4.png"]);
  });

  it("leave no claim of an earlier round", async () => {
    await stage.put("round.mp4", "one");
    let made = 0;
    const make = async () => {
      made += 1;
      await stage.s3.client.send(new DeleteObjectCommand({ Bucket, Key: "round.mp4" }));
      throw new ReplacedVideoError("another one");
    };
    const order = stage.order("round.mp4", [{ name: "storyboard", make }]);
    await assert.rejects(stage.make(order), { message: /^the video is gone: / });
    assert.deepEqual([made, await stage.keys("extras/round.mp4/")], [1, []]);
  });

  it("of a video that goes while they are made stay unmade, and the thumbnail is told of", async () => {
    await stage.put("going.mp4");
    const make = async () => {
      await stage.s3.client.send(new DeleteObjectCommand({ Bucket, Key: "going.mp4" }));
      const source = stage.order("going.mp4", undefined).source;
      await source.read({ start: 0, end: 1 }, undefined, new AbortController().signal);
      return [];
    };
    await stage.make(stage.order("going.mp4", [{ name: "storyboard", make }]));
    assert.deepEqual(events(), ["thumbnail-stored"]);
    assert.deepEqual(await stage.keys("extras/going.mp4/"), []);
  });

  it("of which a key would be too long are refused before anything is made", async () => {
    const key = `${"x".repeat(1000)}.mp4`;
    await stage.put(key);
    stage.asked.length = 0;
    await assert.rejects(stage.make(stage.order(key, [vtt])), {
      message: "the key of an output would be 1032 bytes long; S3 takes 1024",
    });
    assert.deepEqual(stage.asked, []);
  });
});

function raise(error: Error): never {
  throw error;
}
