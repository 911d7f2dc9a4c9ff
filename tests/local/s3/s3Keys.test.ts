import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  paginateListObjectsV2,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type ListObjectsV2CommandInput,
} from "@aws-sdk/client-s3";
import { Bucket, TestS3 } from "../testS3";

describe("The local S3, key by key:", () => {
  const s3 = new TestS3();
  before(() => s3.start());
  after(() => {
    s3.stop();
  });

  const put = (Key: string, Body = `content of ${Key}`) =>
    s3.client.send(new PutObjectCommand({ Bucket, Key, Body }));
  const textOf = async (Key: string, VersionId?: string) =>
    (await s3.client.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString();
  const inByteOrder = (keys: string[]) =>
    [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

  async function listed(query: Omit<ListObjectsV2CommandInput, "Bucket">): Promise<string[]> {
    const keys: string[] = [];
    for await (const page of paginateListObjectsV2({ client: s3.client }, { Bucket, ...query })) {
      keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
      keys.push(...(page.CommonPrefixes ?? []).map(({ Prefix = "" }) => Prefix));
    }
    return keys;
  }

  describe("a key", () => {
    const keys = [
      ...["k/a b", "k/a+b", "k/a&b", "k/a%b", "k/a%20b", "k/ü", "k/u\u0308", "k/😀", "k/\uffee", `k/q'"<>`],
      ...["k/line\nbreak", "k/return\rx", "k/tab\tx", "k/a//b", "k/a/b", "k/./c", "k/c", "k/d/", "k/d"],
      ...["k/../e", "k/../../../../../planted", "k/a?b=c", "k/a#b", "k/back\\slash", "k/A", "k/\u0001"],
      `k/${"s/".repeat(200)}x`,
      `k/${"n".repeat(1022)}`,
    ];
    before(() => Promise.all(keys.map((key) => put(key))));

    it("is any text of up to 1024 bytes, and names its own object and no file", async () => {
      for (const key of keys) assert.equal(await textOf(key), `content of ${key}`);
      assert.deepEqual(s3.events.map(({ key }) => key).sort(), [...keys].sort());
      assert.deepEqual(readdirSync(path.join(s3.directory, "..")), ["s3"]);
      assert.ok(readdirSync(s3.directory).every((file) => /^[0-9a-f-]{36}$/.test(file)));
      await assert.rejects(put(`k/${"n".repeat(1023)}`), { name: "KeyTooLongError" });
    });

    it("is listed as it is, in the order of its bytes", async () => {
      assert.deepEqual(await listed({ Prefix: "k/" }), inByteOrder(keys));
    });

    it("is listed encoded when a client asks for that", async () => {
      const found = await listed({ Prefix: "k/", EncodingType: "url" });
      assert.ok(found.includes("k/line%0Abreak"));
      const decoded = found.map((key) => decodeURIComponent(key.replaceAll("+", " ")));
      assert.deepEqual(decoded, inByteOrder(keys));
    });

    it("may be deleted with others, and each deletion is told of once", async () => {
      const told = s3.events.length;
      const Objects = [...keys, "k/never"].map((Key) => ({ Key }));
      const answer = await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      assert.equal(answer.Deleted?.length, keys.length + 1);
      assert.deepEqual(await listed({ Prefix: "k/" }), []);
      assert.deepEqual(
        s3.events.slice(told).map(({ kind, key }) => `${kind} ${key}`),
        keys.map((key) => `ObjectRemoved:Delete ${key}`),
      );
      await s3.client.send(new DeleteObjectCommand({ Bucket, Key: keys[0] }));
      assert.equal(s3.events.length, told + keys.length);
    });
  });

  describe("a listing", () => {
    const keys = ["l/B", "l/a", "l/_", "l/a/1", "l/a/2", "l/a.x", "l/Z/1", "l/Z/2", "l/é", "l/b"];
    before(() => Promise.all(keys.map((key) => put(key))));

    it("comes in pages that leave nothing out and give nothing twice", async () => {
      for (const MaxKeys of [1, 3, 10]) {
        assert.deepEqual(await listed({ Prefix: "l/", MaxKeys }), inByteOrder(keys));
        const rolledUp = await listed({ Prefix: "l/", Delimiter: "/", MaxKeys });
        assert.deepEqual(
          rolledUp.sort(),
          ["l/B", "l/Z/", "l/_", "l/a", "l/a.x", "l/a/", "l/b", "l/é"],
          `${MaxKeys} a page`,
        );
      }
      assert.deepEqual(await listed({ Prefix: "l/", StartAfter: "l/a/1" }), ["l/a/2", "l/b", "l/é"]);
    });

    it("goes on behind a page's last key when that is gone", async () => {
      const first = await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix: "l/", MaxKeys: 2 }));
      assert.equal(first.IsTruncated, true);
      await s3.client.send(new DeleteObjectCommand({ Bucket, Key: first.Contents?.[1]?.Key }));
      const { Contents } = await s3.client.send(
        new ListObjectsV2Command({ Bucket, Prefix: "l/", ContinuationToken: first.NextContinuationToken }),
      );
      assert.deepEqual(
        Contents?.map(({ Key }) => Key),
        inByteOrder(keys).slice(2),
      );
    });

    it("holds at most a thousand keys", async () => {
      const answer = await s3.client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 2000 }));
      assert.equal(answer.MaxKeys, 1000);
    });
  });

  describe("a bucket that keeps versions", () => {
    const Key = "v/cat.mp4";
    const setVersioning = (Status: "Enabled" | "Suspended") =>
      s3.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    const remove = (VersionId?: string) =>
      s3.client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    const versions = async () => {
      const found = await s3.client.send(new ListObjectVersionsCommand({ Bucket, Prefix: "v/" }));
      return {
        versions: found.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
        markers: found.DeleteMarkers?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
      };
    };
    const told: number[] = [];
    const newEvents = () => {
      const events = s3.events.slice(told.at(-1)).map(({ kind, versionId }) => [kind, versionId]);
      told.push(s3.events.length);
      return events;
    };
    let ids: (string | undefined)[];

    before(async () => {
      await put(Key, "before");
      await setVersioning("Enabled");
      newEvents();
    });

    it("keeps what was there, as the version null", async () => {
      const { Status } = await s3.client.send(new GetBucketVersioningCommand({ Bucket }));
      assert.equal(Status, "Enabled");
      ids = [(await put(Key, "first")).VersionId, (await put(Key, "second")).VersionId];
      assert.deepEqual(await versions(), {
        versions: [
          [ids[1], true],
          [ids[0], false],
          ["null", false],
        ],
        markers: undefined,
      });
      assert.equal(await textOf(Key), "second");
      assert.equal(await textOf(Key, ids[0]), "first");
      assert.equal(await textOf(Key, "null"), "before");
      await assert.rejects(textOf(Key, "none"), { name: "NoSuchVersion" });
      assert.deepEqual(newEvents(), [
        ["ObjectCreated:Put", ids[0]],
        ["ObjectCreated:Put", ids[1]],
      ]);
    });

    it("hides a deleted object behind a marker, and shows it again when the marker is deleted", async () => {
      const marker = await remove();
      assert.equal(marker.DeleteMarker, true);
      await assert.rejects(textOf(Key), { name: "NoSuchKey" });
      await assert.rejects(textOf(Key, marker.VersionId), { name: "MethodNotAllowed" });
      const tags = s3.client.send(new GetObjectTaggingCommand({ Bucket, Key }));
      await assert.rejects(tags, { name: "MethodNotAllowed" });
      assert.deepEqual(await listed({ Prefix: "v/" }), []);
      assert.deepEqual((await versions()).markers, [[marker.VersionId, true]]);
      const again = await remove(marker.VersionId);
      assert.deepEqual([again.DeleteMarker, again.VersionId], [true, marker.VersionId]);
      assert.equal(await textOf(Key), "second");
      assert.deepEqual(newEvents(), [
        ["ObjectRemoved:DeleteMarkerCreated", marker.VersionId],
        ["ObjectRemoved:Delete", marker.VersionId],
      ]);
    });

    it("deletes a version for good, and shows the one before it", async () => {
      await remove(ids[1]);
      assert.equal(await textOf(Key), "first");
      const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key }));
      assert.equal(head.VersionId, ids[0]);
      const answer = await s3.client.send(
        new DeleteObjectsCommand({
          Bucket,
          Delete: { Objects: [{ Key, VersionId: ids[0] }, { Key }] },
        }),
      );
      assert.deepEqual(
        answer.Deleted?.map(({ DeleteMarker, VersionId }) => [DeleteMarker, VersionId]),
        [
          [undefined, ids[0]],
          [true, undefined],
        ],
      );
      assert.deepEqual(newEvents(), [
        ["ObjectRemoved:Delete", ids[1]],
        ["ObjectRemoved:Delete", ids[0]],
        ["ObjectRemoved:DeleteMarkerCreated", answer.Deleted[1]?.DeleteMarkerVersionId],
      ]);
    });

    it("replaces the version null when it no longer makes new ones", async () => {
      await setVersioning("Suspended");
      assert.equal((await put(Key, "after")).VersionId, "null");
      const found = await versions();
      assert.deepEqual(found.versions, [["null", true]]);
      assert.equal(await textOf(Key, "null"), "after");
      assert.equal((await remove()).VersionId, "null");
      await assert.rejects(textOf(Key, "null"), { name: "MethodNotAllowed" });
    });

    it("lists its versions in pages", async () => {
      await setVersioning("Enabled");
      const all: (string | undefined)[] = [];
      for (const key of ["w/1", "w/2"]) {
        const made = [await put(key), await put(key), await put(key)].map(({ VersionId }) => VersionId);
        all.push(...made.reverse());
      }
      const paged: (string | undefined)[] = [];
      let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
      while (next !== undefined) {
        const page: {
          NextKeyMarker?: string;
          NextVersionIdMarker?: string;
          Versions?: { VersionId?: string }[];
        } = await s3.client.send(
          new ListObjectVersionsCommand({ Bucket, Prefix: "w/", MaxKeys: 2, ...next }),
        );
        paged.push(...(page.Versions ?? []).map(({ VersionId }) => VersionId));
        next =
          page.NextKeyMarker === undefined
            ? undefined
            : { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      }
      assert.deepEqual(paged, all);
    });
  });
});
