import assert from "node:assert/strict";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { onVideoRemoved, settledFirst } from "../../handlers/onVideoRemoved";
import { making, ready } from "../contract/manifests";
import { settlingEnvironment } from "./environments";
import { content, createdEvent, createdRecord, logOf } from "./lambda";

const uploadedAt = new Date("2026-01-02T03:04:05.600Z");
const folder = "extras/dir/cat.mp4/";

describe("What stands beside a video's thumbnail", () => {
  const clients = { s3: new S3Client({}), sqs: new SQSClient({}) };
  const s3 = mockClient(clients.s3);
  const sqs = mockClient(clients.sqs);
  const env = { ...settlingEnvironment, MAKES_EXTRAS: "true" };

  beforeEach(() => {
    s3.reset();
    sqs.reset();
    sqs.on(SendMessageCommand).resolves({});
    const $metadata = { httpStatusCode: 404 };
    s3.on(HeadObjectCommand).rejects(new NotFound({ message: "", $metadata }));
    s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: "", $metadata }));
    s3.on(ListObjectsV2Command).resolves({ Contents: [] });
    s3.on(DeleteObjectCommand).resolves({});
  });

  const ownNames = ["manifest.json", "320.webp", "storyboard-1.jpg", "storyboard.vtt"];
  const listing = (Prefix: string) => ({
    Bucket: "videos",
    Prefix,
    Delimiter: "/",
    EncodingType: "url" as const,
  });

  function extras(names: readonly string[]): void {
    const Contents = names.map((name) => ({ Key: folder + name, ETag: `"of ${name}"` }));
    s3.on(ListObjectsV2Command, listing(folder)).resolves({ Contents, EncodingType: "url" });
  }
  function manifest(value: unknown): void {
    s3.on(GetObjectCommand, { Key: `${folder}manifest.json` }).resolves(content(JSON.stringify(value)));
  }
  function thumbnail(): void {
    const Metadata = { "video-key": "dir%2Fcat.mp4", "video-last-modified": "2026-01-02T03:04:05Z" };
    s3.on(HeadObjectCommand, { Key: "thumb/dir/cat.png" }).resolves({ ETag: '"picture"', Metadata });
  }
  const Contents = [{ Key: "dir/cat.mp4", LastModified: uploadedAt, ETag: '"e"', Size: 5 }];
  const video = () => s3.on(ListObjectsV2Command, { Prefix: "dir/cat.mp4" }).resolves({ Contents });

  const isRemoved = (variables: Record<string, string> = env) =>
    logOf(() => onVideoRemoved(variables, clients)(createdEvent(createdRecord("dir/cat.mp4"))));
  const isStored = (key: string) =>
    logOf(() => settledFirst(env, () => Promise.resolve(), clients)(createdEvent(createdRecord(key))));
  const deleted = () =>
    s3.commandCalls(DeleteObjectCommand).map(({ args: [{ input }] }) => [input.Key, input.IfMatch]);
  const queued = () => sqs.commandCalls(SendMessageCommand).length;
  const refused = (status: number) =>
    new S3ServiceException({ name: "x", $fault: "client", $metadata: { httpStatusCode: status } });

  it("goes with the video: the manifest first, since it names the rest, each as it was listed", async () => {
    thumbnail();
    extras(["320.webp", "mine.webp", "manifest.json", "storyboard-1.jpg", "storyboard.vtt", "notes.txt"]);
    await isRemoved();
    assert.deepEqual(deleted(), [
      ...ownNames.map((name) => [folder + name, `"of ${name}"`]),
      ["thumb/dir/cat.png", '"picture"'],
    ]);
    assert.equal(queued(), 0);
  });

  it("is found on every page of the list, under keys that XML cannot hold", async () => {
    const key = "a\u0001 b.mp4";
    const page = (name: string) => ({
      Contents: [{ Key: `extras/a%01+b.mp4/${name}`, ETag: `"${name}"` }],
      EncodingType: "url" as const,
    });
    s3.on(ListObjectsV2Command, listing(`extras/${key}/`)).resolves({
      ...page("preview.webp"),
      NextContinuationToken: "2",
    });
    const second = { ...listing(`extras/${key}/`), ContinuationToken: "2" };
    s3.on(ListObjectsV2Command, second).resolves(page("storyboard.json"));
    await logOf(() => onVideoRemoved(env, clients)(createdEvent(createdRecord("a%01+b.mp4"))));
    assert.deepEqual(
      deleted().map(([name]) => name),
      ["preview.webp", "storyboard.json"].map((name) => `extras/${key}/${name}`),
    );
  });

  it("stays, as all else does, for the worker that has another manifest there by then", async () => {
    thumbnail();
    extras(ownNames);
    s3.on(DeleteObjectCommand, { Key: `${folder}manifest.json` }).rejects(refused(412));
    assert.match((await isRemoved()).join(), /"extra-changed","key":"extras\/dir\/cat\.mp4\/manifest\.json"/);
    assert.equal(deleted().length, 1);

    s3.resetHistory();
    extras(["320.webp"]);
    manifest(making);
    await isRemoved();
    assert.deepEqual(deleted(), []);
  });

  it("goes although one of it was changed meanwhile, which stays", async () => {
    extras(ownNames);
    s3.on(DeleteObjectCommand, { Key: `${folder}320.webp` }).rejects(refused(412));
    await isRemoved();
    assert.equal(deleted().length, ownNames.length);
  });

  it("is made anew when the video has come back meanwhile", async () => {
    extras(ownNames);
    s3.on(ListObjectsV2Command, { Prefix: "dir/cat.mp4" })
      .resolvesOnce({ Contents: [] })
      .resolves({ Contents });
    await isRemoved();
    assert.deepEqual([deleted().length, queued()], [ownNames.length, 1]);
  });

  for (const bytes of [1003, 1005, 1020])
    it(`is not looked for under keys that S3 can not have (of a video's of ${bytes} bytes)`, async () => {
      const tooLong = (key = "") => Buffer.byteLength(key) > 1024;
      s3.on(HeadObjectCommand).callsFake(({ Key }: { Key: string }) => {
        throw tooLong(Key) ? refused(400) : new NotFound({ message: "", $metadata: {} });
      });
      s3.on(GetObjectCommand).callsFake(({ Key }: { Key: string }) => {
        throw tooLong(Key) ? refused(400) : new NoSuchKey({ message: "", $metadata: {} });
      });
      const Key = `${"n".repeat(bytes - 4)}.mp4`;
      await logOf(() => onVideoRemoved(env, clients)(createdEvent(createdRecord(Key))));
      assert.deepEqual([deleted(), queued()], [[], 0]);
      s3.on(ListObjectsV2Command, { Prefix: Key }).resolves({ Contents: [{ ...Contents[0], Key }] });
      await logOf(() => onVideoRemoved(env, clients)(createdEvent(createdRecord(Key))));
      assert.equal(queued(), 1, "whose reason says that the key is too long, as of an upload");
    });

  it("is nobody's concern where the stack makes none", async () => {
    extras(ownNames);
    const { MAKES_EXTRAS, ...without } = env;
    assert.ok(MAKES_EXTRAS);
    await isRemoved(without);
    assert.deepEqual(deleted(), []);
    video();
    thumbnail();
    await isRemoved(without);
    assert.equal(queued(), 0);
  });

  const names = ["manifest.json", "storyboard-1.jpg", "storyboard.vtt"];
  for (const [what, value, there, jobs] of [
    ["whole and of the present version", ready, names, 0],
    ["missing", undefined, names, 1],
    ["being made, since that may never end", making, names, 1],
    ["none", { hello: "world" }, names, 1],
    [
      "of an earlier version",
      { ...ready, video: { ...ready.video, lastModified: "2026-01-02T03:04:04Z" } },
      names,
      1,
    ],
    [
      "of a later version",
      { ...ready, video: { ...ready.video, lastModified: "2026-01-02T03:04:06Z" } },
      names,
      1,
    ],
    ["naming what is gone", ready, ["manifest.json", "storyboard.vtt"], 1],
  ] as const) {
    it(`gets ${jobs === 0 ? "no" : "a"} job after a removal, where the video is there and its manifest is ${what}`, async () => {
      video();
      thumbnail();
      extras(there);
      if (value !== undefined) manifest(value);
      await isRemoved();
      assert.deepEqual([deleted(), queued()], [[], jobs]);
    });
  }

  it("goes when its manifest is stored after the video has gone, and the thumbnail goes, too", async () => {
    thumbnail();
    extras(names);
    await isStored(`${folder}manifest.json`);
    assert.equal(deleted().length, names.length + 1);
  });

  it("is left alone where the folder has no video's name: whoever has put it there has no video", async () => {
    for (const own of ["extras/site/", "extras/dir/cat.webm/"]) {
      const Contents = names.map((name) => ({ Key: own + name, ETag: '"x"' }));
      s3.on(ListObjectsV2Command, listing(own)).resolves({ Contents, EncodingType: "url" });
      await isStored(`${own}manifest.json`);
    }
    assert.deepEqual([deleted(), queued()], [[], 0]);
  });

  for (const [what, value, jobs] of [
    ["of the present version", ready, 0],
    ["in the making", making, 0],
    ["that somebody else has written", { hello: "world" }, 0],
    ["of a later version", { ...ready, video: { ...ready.video, lastModified: "2026-01-02T03:04:06Z" } }, 0],
    [
      "of an earlier version",
      { ...ready, video: { ...ready.video, lastModified: "2026-01-02T03:04:04Z" } },
      1,
    ],
  ] as const) {
    it(`gets ${jobs === 0 ? "no" : "a"} job for a manifest ${what}, whatever the thumbnail`, async () => {
      video();
      extras(names);
      manifest(value);
      await isStored(`${folder}manifest.json`);
      assert.deepEqual([deleted(), queued()], [[], jobs]);
    });
  }

  it("is not missed when the thumbnail arrives, which comes first", async () => {
    video();
    thumbnail();
    await isStored("thumb/dir/cat.png");
    assert.deepEqual([deleted(), queued()], [[], 0]);
  });
});
