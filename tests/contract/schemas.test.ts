import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { GetObjectCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { onThumbnailCreated } from "../../handlers/onThumbnailCreated";
import { tellingEnvironment } from "../handlers/environments";
import { content, createdEvent, createdRecord, logOf } from "../handlers/lambda";
import { making, ready } from "./manifests";
import type { Name } from "./schemas";
import { docs, problems } from "./schemas";

describe("the schemas of docs/", () => {
  const clients = { s3: new S3Client({}), sns: new SNSClient({}) };
  const s3 = mockClient(clients.s3);
  const sns = mockClient(clients.sns);
  const env = { ...tellingEnvironment, EXTRAS_PREFIX: "extras/" };
  beforeEach(() => {
    s3.reset();
    sns.reset();
    sns.on(PublishCommand).resolves({});
  });

  /** What the topic is told when an object is created. */
  async function told(key: string): Promise<Record<string, unknown>> {
    await logOf(() => onThumbnailCreated(env, clients)(createdEvent(createdRecord(key))));
    return JSON.parse(sns.commandCalls(PublishCommand)[0]!.args[0].input.Message!) as Record<string, unknown>;
  }

  it("describe every field of a thumbnail's message, of one that tells all and of one that tells nothing", async () => {
    s3.on(HeadObjectCommand).resolves({});
    assert.equal(problems("thumbnail-created", await told("thumb/own.png"), true), null);
    sns.resetHistory();
    const Metadata = {
      "video-key": "dir%2Fcat.mp4",
      "timestamp-seconds": "1.96",
      width: "1280",
      height: "720",
      "thumb-hash": "1QcSHQRnh493V4dIh4eXh1h4kJUI",
      "dominant-color": "#335577",
    };
    const LastModified = new Date("2026-01-02T03:04:09Z");
    const tells = { Metadata, LastModified, ContentLength: 5, ContentType: "image/png", ETag: '"e"' };
    s3.on(HeadObjectCommand).resolves(tells);
    const message = await told("thumb/dir/My+clip+%C3%BC.png");
    assert.equal(problems("thumbnail-created", message, true), null);
    assert.ok(!Object.values(message).includes(null));
    assert.deepEqual(problems("thumbnail-created", { ...message, width: "1280" }), [
      "/width must be integer,null",
    ]);
  });

  it("describe every field of the message of all outputs, and of the manifest", async () => {
    s3.on(GetObjectCommand).resolves(content(JSON.stringify(ready)));
    const message = await told("extras/dir/cat.mp4/manifest.json");
    assert.equal(problems("outputs-ready", message, true), null);
    for (const manifest of [ready, making]) assert.equal(problems("manifest", manifest, true), null);
    assert.notEqual(problems("outputs-ready", ready), null);
    assert.notEqual(problems("thumbnail-created", message), null);
    assert.notEqual(problems("manifest", { ...ready, more: 1 }, true), null);
    assert.equal(problems("manifest", { ...ready, more: 1 }), null);
  });

  it("take no manifest without a field that one always has", () => {
    for (const [whole, required] of [
      [ready, ["version", "state", "bucket", "video", "frame", "outputs", "askedFor", "madeAt"]],
      [making, ["version", "state", "bucket", "video", "outputs", "maker"]],
    ] as const) {
      assert.deepEqual(Object.keys(whole).sort(), [...required].sort());
      for (const name of required)
        assert.notEqual(problems("manifest", { ...whole, [name]: undefined }), null, name);
    }
  });

  it("are fitted by the examples of the reference", () => {
    const text = readFileSync(path.join(docs, "reference.md"), "utf8");
    const examples = [...text.matchAll(/```json\n(.*?)```/gs)]
      .map(([, json = ""]) => JSON.parse(json) as { type?: Name })
      .filter(({ type }) => type !== undefined);
    assert.deepEqual(examples.map(({ type }) => type).sort(), ["outputs-ready", "thumbnail-created"]);
    for (const example of examples) assert.equal(problems(example.type!, example, true), null);
  });
});
