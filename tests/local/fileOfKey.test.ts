import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { download } from "../../local/cli/download";
import { fileOfKey, KeyWithoutFileError } from "../../local/cli/fileOfKey";
import { makeDirectory } from "./videos";

describe("The file of an object in the local run", () => {
  const elsewhere = [
    "thumb/../../../../planted.png",
    "../planted.png",
    "thumb/..",
    "/etc/planted.png",
    "thumb//planted.png",
    "thumb/./planted.png",
    "thumb\\..\\..\\planted.png",
    "..\\planted.png",
    "\\\\server\\share\\planted.png",
    "thumb/planted.png\0.txt",
    "",
  ];
  const files = makeDirectory();
  after(files.remove);

  for (const key of elsewhere) {
    it(`is none of the key ${JSON.stringify(key)}`, async () => {
      for (const system of [path.posix, path.win32])
        assert.throws(() => fileOfKey("out", key, system), KeyWithoutFileError);
      const s3 = new S3Client({});
      const mock = mockClient(s3);
      const out = path.join(files.directory, "a", "b", "c", "out");
      await assert.rejects(download(s3, "videos", key, out), /names no file in/);
      assert.equal(mock.commandCalls(GetObjectCommand).length, 0);
      assert.ok(!existsSync(path.join(files.directory, "a")));
    });
  }

  it("is none of a drive's or a stream's key on Windows", () => {
    for (const key of ["C:/planted.png", "C:planted.png", "thumb/cat.png:planted"])
      assert.throws(() => fileOfKey("out", key, path.win32), KeyWithoutFileError);
  });

  it("is at the object's key, with dots and odd characters", () => {
    assert.equal(fileOfKey("out", "thumb/a b/..c.. (1) ü.png", path.posix), "out/thumb/a b/..c.. (1) ü.png");
    assert.equal(fileOfKey("out", "thumb/cat.png", path.win32), "out\\thumb\\cat.png");
  });

  it("gets what the object holds", async () => {
    const s3 = new S3Client({});
    mockClient(s3)
      .on(GetObjectCommand)
      .resolves({ Body: Readable.from(["picture"]) as never });
    const file = await download(s3, "videos", "thumb/dir/cat.png", files.directory);
    assert.equal(file, path.join(files.directory, "thumb", "dir", "cat.png"));
    assert.equal(readFileSync(file, "utf8"), "picture");
  });
});
