import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import type { GetObjectCommandInput, S3Client } from "@aws-sdk/client-s3";
import { Downloads } from "../../local/cli/downloads";
import type { CloudEvent } from "../../local/localCloud";
import { madeFilesOf } from "../../local/program/madeFiles";
import { ready } from "../contract/manifests";
import { makeDirectory } from "./videos";

describe("What the local run writes of what is made", () => {
  const files = makeDirectory();
  after(() => {
    files.remove();
  });

  const outputs = {
    bucketName: "media",
    outputBucketName: "pictures",
    videoSuffixes: [".mp4"],
    thumbnailFormat: "png",
    thumbnailKeyPrefix: "made/small/",
    extrasKeyPrefix: "made/rest/",
    extrasAskedFor: "320.webp",
  };

  /** Downloads of a cloud whose objects hold their own address. */
  function downloads(stackOutputs: Record<string, unknown>) {
    const said: string[] = [];
    const written = new Downloads(files.directory, (line) => said.push(line));
    const send = ({ input: { Bucket, Key } }: { input: GetObjectCommandInput }) =>
      Promise.resolve({ Body: Readable.from([`${Bucket}/${Key}`]) });
    const s3 = { send } as unknown as S3Client;
    const hear = (event: CloudEvent) => {
      written.onEvent(event, { clients: { s3 }, files: madeFilesOf(stackOutputs) });
    };
    return { written, hear, said };
  }
  const created = (bucket: string, key: string): CloudEvent => ({
    type: "object-created",
    object: { kind: "ObjectCreated:Put", bucket, key },
  });

  it("is read from the bucket of outputs, and lies at its key, however deep", async () => {
    const { written, hear, said } = downloads(outputs);
    hear(created("pictures", "made/small/dir/cat.png"));
    assert.deepEqual(said, ["made/small/dir/cat.png: stored"]);
    const file = await written.fileOf("made/small/dir/cat.png");
    assert.equal(file, path.join(files.directory, "made", "small", "dir", "cat.png"));
    assert.equal(readFileSync(file, "utf8"), "pictures/made/small/dir/cat.png");
    const extras = ["320.webp", "manifest.json"].map((name) => `made/rest/dir/cat.mp4/${name}`);
    const made = { kind: "rendition" as const, key: extras[0]!, contentType: "image/webp", bytes: 1 };
    hear({ type: "outputs-ready", manifest: { ...ready, bucket: "pictures", outputs: [made] } });
    for (const key of extras)
      assert.equal(readFileSync(await written.fileOf(key), "utf8"), `pictures/${key}`);
  });

  it("is nothing that somebody puts beside the videos, or elsewhere beside the outputs", async () => {
    const { written, hear } = downloads(outputs);
    hear(created("media", "made/small/dir/dog.png"));
    hear(created("pictures", "thumb/dir/dog.png"));
    for (const key of ["made/small/dir/dog.png", "thumb/dir/dog.png"])
      await assert.rejects(written.fileOf(key), /was never told of/);
  });

  it("is read beside the videos where the program tells of no other bucket", () => {
    const { outputBucketName, ...former } = outputs;
    assert.deepEqual([madeFilesOf(outputs).bucket, madeFilesOf(former).bucket], [outputBucketName, "media"]);
  });
});
