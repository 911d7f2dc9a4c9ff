import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { shown } from "../../contract/shown";
import { UsageError } from "../../ops/arguments";
import { Pace } from "../../ops/pace";
import { Operator } from "./operator";

describe("npm run ops: backfill", () => {
  let operator: Operator;
  before(async () => {
    operator = await Operator.start();
  });
  after(() => operator.stop());
  beforeEach(() => operator.reset());

  const put = (...keys: string[]) => {
    for (const key of keys) operator.bucket.put(key, 30);
  };

  it("queues each video that has no thumbnail newer than itself, as an upload would be", async () => {
    put("new.mp4", "done.mp4", "replaced.mp4", "notes.txt", "other.mov", "thumb/inside.mp4");
    operator.bucket.put("empty.mp4", 30, { size: 0 });
    operator.bucket.put("thumb/done.png", 30);
    operator.bucket.put("thumb/replaced.png", 29);
    const { code, printed, said, asked } = await operator.types("backfill", "--rate", "1000");
    assert.equal(code, 0);
    assert.deepEqual(asked, [
      "Queue 3 videos of the bucket videos in jobs (local run, us-east-1), 1000 a second (about 0.4 s to 2.4 s and " +
        "less than $0.01)?",
    ]);
    assert.equal(printed, "3 of 3 videos queued.\n");
    assert.match(said, /A worker starts within a minute/);
    const bodies = await operator.drain(operator.stack.outputs.jobQueueUrl);
    const jobs = bodies.map((body) => JSON.parse(body) as Record<string, unknown>);
    assert.deepEqual(
      jobs.map(({ key }) => key),
      ["new.mp4", "other.mov", "replaced.mp4"],
    );
    const { requestedAt, ...first } = jobs[0]!;
    assert.equal(typeof requestedAt, "string");
    const uploadedAt = "2026-01-01T00:00:30.000Z";
    assert.deepEqual(first, { version: 1, bucket: "videos", key: "new.mp4", eTag: "7", size: 1, uploadedAt });
  });

  it("finds every thumbnail in a bucket of many pages, whatever the keys", async () => {
    operator.bucket.pageSize = 3;
    const odd = ["a", "a.mp4", "a b", "a/b", "ä", "\u{FF5E}", "\u{1F408}", "x&y<z", "line\u0001"];
    const names = [...odd, ...Array.from({ length: 20 }, (_, index) => `clip ${index}`), "zoo", "zz"];
    put(...names.map((name) => `${name}.mp4`), "notes.txt", "thumb0", "thumbs.mp4");
    for (const name of names) operator.bucket.put(`thumb/${name === "a.mp4" ? "a.mp4.mp4" : name}.png`, 31);
    operator.bucket.objects.delete("thumb/clip 7.png");
    operator.bucket.objects.delete("thumb/zz.png");
    const { printed } = await operator.types("backfill", "--dry-run");
    assert.deepEqual(printed.trimEnd().split("\n"), ["  clip 7.mp4", "  thumbs.mp4", "  zz.mp4"]);
  });

  it("does not list all thumbnails on its way through the bucket", async () => {
    put("a.mp4", "z.mp4", "thumb/a.png");
    for (let index = 0; index < 5000; index += 1) operator.bucket.put(`thumb/m${index}.png`, 31);
    operator.bucket.lists = 0;
    const { printed } = await operator.types("backfill", "--dry-run");
    assert.equal(printed, "  z.mp4\n");
    assert.ok(operator.bucket.lists <= 4, String(operator.bucket.lists));
  });

  it("lists and queues nothing in a dry run", async () => {
    put("a.mp4", "b.mp4");
    const { code, printed, said, asked } = await operator.types("backfill", "--dry-run");
    assert.deepEqual([code, printed, asked], [0, "  a.mp4\n  b.mp4\n", []]);
    assert.match(said, /2 videos without a thumbnail newer than itself; nothing was queued/);
    const json = (await operator.types("backfill", "--dry-run", "--json")).printed.split("\n")[0]!;
    const uploadedAt = "2026-01-01T00:00:30.000Z";
    assert.deepEqual(JSON.parse(json), { key: "a.mp4", size: 1, uploadedAt, lacks: "thumbnail" });
    assert.deepEqual(await operator.queuedKeys(), []);
  });

  it("shows each key on one line that is none of its own, and tells programs the very key", async () => {
    const key = "a\nTo go on: npm run evil\u202e\u0085.mp4";
    put(key);
    assert.equal(
      (await operator.types("backfill", "--dry-run")).printed,
      "  a␊To go on: npm run evil\\u{202e}\\u{85}.mp4\n",
    );
    const { printed } = await operator.types("backfill", "--dry-run", "--json");
    assert.match(printed, /^[ -~\n]+\n$/);
    assert.equal((JSON.parse(printed.split("\n")[0]!) as { key: string }).key, key);
  });

  it("asks first, and needs --yes where nobody can answer", async () => {
    put("a.mp4");
    operator.answer = false;
    assert.equal((await operator.types("backfill")).code, 1);
    operator.answer = undefined;
    await assert.rejects(operator.types("backfill"), UsageError);
    assert.deepEqual(await operator.queuedKeys(), []);
    const { printed } = await operator.types("backfill", "--yes", "--json");
    assert.deepEqual(JSON.parse(printed), { found: 1, queued: 1, archived: 0, resume: null });
  });

  it("leaves archived videos out, which nobody can read, and says how many", async () => {
    put("a.mp4");
    for (const storageClass of ["GLACIER", "DEEP_ARCHIVE"]) {
      operator.bucket.put(`${storageClass}.mp4`, 30, { storageClass });
    }
    operator.bucket.put("instant.mp4", 30, { storageClass: "GLACIER_IR" });
    operator.bucket.put("restored.mp4", 30, { storageClass: "GLACIER", restoredUntil: new Date() });
    operator.bucket.put("done.mp4", 30, { storageClass: "GLACIER" });
    operator.bucket.put("thumb/done.png", 31);
    const dry = await operator.types("backfill", "--dry-run");
    assert.equal(dry.printed, "  a.mp4\n  instant.mp4\n  restored.mp4\n");
    assert.match(dry.said, /^2 archived videos left out: /);
    const { printed, said } = await operator.types("backfill", "--yes");
    assert.match(said, /^2 archived videos left out: /);
    assert.match(printed, /^3 of 3 videos queued\.$/m);
    assert.deepEqual((await operator.queuedKeys()).sort(), ["a.mp4", "instant.mp4", "restored.mp4"]);
  });

  it("takes a prefix, which is not that of outputs", async () => {
    put("a/1.mp4", "b/1.mp4");
    await operator.types("backfill", "--prefix", "b/");
    assert.deepEqual(await operator.queuedKeys(), ["b/1.mp4"]);
    await assert.rejects(operator.types("backfill", "--prefix", "thumb/b"), /Under thumb\/ is what is made/);
    await assert.rejects(
      operator.types("backfill", "--prefix", "extras/b"),
      /Under extras\/ is what is made/,
    );
  });

  it("makes all anew with --remake", async () => {
    put("a.mp4");
    operator.bucket.put("thumb/a.png", 31);
    assert.match((await operator.types("backfill")).said, /No video without a thumbnail/);
    await operator.types("backfill", "--remake");
    assert.deepEqual(await operator.queuedKeys(), ["a.mp4"]);
  });

  it("prints, when it is interrupted, the command that does the rest", async () => {
    const keys = ["-a'b $x.mp4", "c.mp4", "d.mp4"];
    put(...keys);
    operator.interruptAfter("SendMessageBatchCommand");
    const { code, printed } = await operator.types("backfill", "--rate", "1");
    assert.equal(code, 130);
    assert.match(
      printed,
      /^1 of 3 videos queued\.\nTo go on: npm run ops -- backfill --rate 1 '--start-after=/,
    );
    const line = /To go on: npm run ops -- (.*)/.exec(printed)?.[1] ?? "";
    const words = execFileSync("sh", ["-c", `printf '%s\\n' ${line}`], { encoding: "utf8" })
      .trimEnd()
      .split("\n");
    operator.interrupt = new AbortController();
    operator.stack.sqs.middlewareStack.remove("interrupt");
    const rest = words.map((word, index) => (words[index - 1] === "--rate" ? "1000" : word));
    assert.equal((await operator.types(...rest)).code, 0);
    assert.deepEqual((await operator.queuedKeys()).sort(), keys);
  });

  it("prints the command for a key that a terminal would obey on one line, and bash reads the key", async () => {
    const key = "a\n'b\\\u202e   \u{1F408}.mp4";
    put(key, "z.mp4");
    operator.interruptAfter("SendMessageBatchCommand");
    const { printed } = await operator.types("backfill", "--rate", "1");
    operator.stack.sqs.middlewareStack.remove("interrupt");
    const [, line = ""] = /To go on: npm run ops -- (.*)\n$/.exec(printed) ?? [];
    assert.equal(shown(line), line);
    const words = execFileSync("bash", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" }).split("\0");
    assert.ok(words.includes(`--start-after=${key}`), line);
  });

  it("sends no faster than its rate, over the whole length", async () => {
    let nowMs = 0;
    const clock = {
      now: () => nowMs,
      sleep: (ms: number) => {
        nowMs += ms;
        return Promise.resolve();
      },
    };
    const pace = new Pace(5, new AbortController().signal, clock);
    const sentAtSeconds: number[] = [];
    for (let done = 0; done < 30; done += 5) {
      await pace.wait(done);
      sentAtSeconds.push(nowMs / 1000);
      // What sending takes is part of the time.
      nowMs += 300;
    }
    assert.deepEqual(sentAtSeconds, [0, 1, 2, 3, 4, 5]);
  });
});
