import assert from "node:assert/strict";
import { GetObjectTaggingCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { shownJson } from "../../contract/shown";
import { readArguments, UsageError } from "../../ops/arguments";
import { choose } from "../../ops/commands/choose";
import { connect, type Stack } from "../../ops/stack";
import type { Terminal } from "../../ops/terminal";
import { Bucket, TestS3 } from "../local/testS3";

describe("npm run ops -- choose", () => {
  const s3 = new TestS3();
  let stack: Stack;

  before(async () => {
    await s3.start();
    const endpoint = s3.endpoint.origin;
    stack = connect(
      "local run",
      {
        region: "eu-west-1",
        ...{ bucketName: Bucket, outputBucketName: Bucket, videoPrefixes: [], onExistingBucket: false },
        ...{ jobQueueUrl: "", failedJobsQueueUrl: "", failedEventsQueueUrl: "", clusterName: "" },
        videoSuffixes: [".mp4", ".MP4"],
        thumbnailFormat: "png",
        thumbnailKeyPrefix: "thumb/",
        extrasKeyPrefix: "extras/",
        extrasAskedFor: "",
      },
      {
        endpoints: { s3: endpoint, sqs: endpoint, sns: endpoint, ecs: endpoint },
        credentials: s3.door.credentials,
      },
    );
  });
  after(() => {
    stack.destroy();
    s3.stop();
  });

  const put = (Key: string, Tagging?: string) =>
    s3.client.send(new PutObjectCommand({ Bucket, Key, Body: "x", Tagging }));
  async function tagsOf(Key: string): Promise<string[]> {
    const { TagSet = [] } = await s3.client.send(new GetObjectTaggingCommand({ Bucket, Key }));
    return TagSet.map((tag) => `${tag.Key ?? ""}=${tag.Value ?? ""}`);
  }
  async function types(...words: string[]) {
    const args = readArguments(["choose", ...words, "--local"]);
    assert.ok(args !== "help");
    const answer = { printed: "", said: "" };
    const terminal: Terminal = {
      print: (line) => (answer.printed += `${line}\n`),
      printJson: (value) => (answer.printed += `${shownJson(value)}\n`),
      say: (line) => (answer.said += `${line}\n`),
      ask: () => Promise.reject(new Error("asked")),
      progress: () => ({ to: () => undefined, stop: () => undefined }),
      interrupted: new AbortController().signal,
    };
    return { code: await choose(stack, args, terminal), ...answer };
  }

  it("puts the tag beside the others, and another choice in its place", async () => {
    await put("cat.mp4", "cost=ours");
    const { code, printed, said } = await types("cat.mp4", "00:05");
    assert.deepEqual([code, printed], [0, "cat.mp4: the frame at 00:05 is chosen.\n"]);
    assert.match(said, /made anew within a minute: npm run ops -- status --local/);
    assert.deepEqual(await tagsOf("cat.mp4"), ["cost=ours", "thumbnail-timestamp=00:05"]);
    // The form that S3 takes in a tag.
    await types("cat.mp4", "25%");
    assert.deepEqual(await tagsOf("cat.mp4"), ["cost=ours", "thumbnail-timestamp=25 percent"]);
  });

  it("says that a choice is made already, since nothing tells the stack of it again", async () => {
    await put("cat.mp4", "thumbnail-timestamp=00:05");
    s3.events.length = 0;
    const { code, printed, said } = await types("cat.mp4", "00:05");
    assert.deepEqual([code, printed], [0, "cat.mp4: the frame at 00:05 is chosen already.\n"]);
    assert.match(said, /make it anew: npm run ops -- backfill --remake --prefix=cat\.mp4 --local/);
    assert.deepEqual(s3.events, []);
  });

  it("takes back the choice alone, and says when there is none", async () => {
    await put("cat.mp4", "cost=ours&thumbnail-timestamp=5");
    assert.equal(
      (await types("cat.mp4", "--undo")).printed,
      "cat.mp4: the choice of a frame is taken back.\n",
    );
    assert.deepEqual(await tagsOf("cat.mp4"), ["cost=ours"]);
    await put("dog.mp4", "thumbnail-timestamp=5");
    await types("dog.mp4", "--undo");
    assert.deepEqual(await tagsOf("dog.mp4"), []);
    s3.events.length = 0;
    const { code, printed } = await types("dog.mp4", "--undo");
    assert.deepEqual([code, printed], [0, "dog.mp4: nobody has chosen a frame.\n"]);
    assert.deepEqual(s3.events, []);
  });

  it("tells programs what it did", async () => {
    await put("cat.mp4");
    const line = async (...words: string[]): Promise<unknown> =>
      JSON.parse((await types("cat.mp4", ...words, "--json")).printed);
    assert.deepEqual(await line("5"), { key: "cat.mp4", timestamp: "5", changed: true });
    assert.deepEqual(await line("--undo"), { key: "cat.mp4", timestamp: null, changed: true });
    assert.deepEqual(await line("--undo"), { key: "cat.mp4", timestamp: null, changed: false });
  });

  it("does nothing for what is no video of the stack, is not there, or has no room for a tag", async () => {
    for (const key of ["cat.mov", "thumb/cat.mp4"]) await assert.rejects(types(key, "5"), UsageError);
    const missing = await types("missing.mp4", "5");
    assert.deepEqual(
      [missing.code, missing.said],
      [1, "There is no video missing.mp4 in the bucket videos.\n"],
    );
    await put("full.mp4", [...Array(10).keys()].map((n) => `t${n}=`).join("&"));
    const full = await types("full.mp4", "5");
    assert.deepEqual([full.code, (await tagsOf("full.mp4")).length], [1, 10]);
    assert.match(full.said, /full\.mp4 has 10 other tags, and S3 takes 10/);
  });
});
