import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { readEnvironment } from "../../../worker/environment";
import { runOneShot } from "../../../worker/oneShot/oneShot";
import { VideoFolder } from "../../../testkit/videoFolder";
import type { SeenRequest } from "../aws";
import { LocalAws } from "../aws";
import { frameNumber, numberedVideo } from "../videos";

describe("worker: a thumbnail made by hand", () => {
  let aws: LocalAws;
  let folder: VideoFolder;
  const variablesBefore = { ...process.env };
  before(async () => {
    aws = await LocalAws.start();
    Object.assign(process.env, aws.variables);
    folder = await VideoFolder.create();
    await numberedVideo(folder.file("video.mp4"));
    await aws.upload("dir/a b.mp4", await folder.read("video.mp4"));
  });
  beforeEach(() => {
    aws.seen.length = 0;
    aws.intercept = () => false;
  });
  after(async () => {
    process.env = variablesBefore;
    await aws.stop();
    await folder.remove();
  });

  async function make(url: string, signal = new AbortController().signal): Promise<void> {
    const environment = readEnvironment({
      INPUT_VIDEO_FILE_URL: url,
      OUTPUT_THUMBS_FILE_NAME: "cat.png",
      OUTPUT_S3_PATH: "videos/thumb/by-hand",
      POSITION_TIME_DURATION: "1",
    });
    assert.ok(environment.mode === "one-shot");
    await runOneShot(environment, () => undefined, signal);
  }
  const metadata = async () => (await aws.object("thumb/by-hand/cat.png")).metadata;
  const reads = () => aws.seen.filter(({ method }) => method === "GET");
  const answer = (response: ServerResponse, status: number, code: string) =>
    response
      .writeHead(status, { "content-type": "application/xml" })
      .end(`<Error><Code>${code}</Code></Error>`);
  /** The bucket is somebody else's, who gives its objects to anybody, but no right to our role. */
  const belongsToOthers = ({ method, authorization }: SeenRequest, response: ServerResponse) => {
    const isDenied = method === "GET" && authorization !== undefined;
    if (isDenied) answer(response, 403, "AccessDenied");
    return isDenied;
  };

  it("names its video when that is in the same bucket", async () => {
    await make("s3://videos/dir/a b.mp4");
    assert.equal((await metadata())["video-key"], "dir%2Fa%20b.mp4");
  });

  it("stores what it may write though it may not look at what is there", async () => {
    aws.intercept = ({ method }, response) => {
      if (method === "HEAD") response.writeHead(403).end();
      return method === "HEAD";
    };
    await make("s3://videos/dir/a b.mp4");
    aws.intercept = () => false;
    assert.equal((await metadata())["video-key"], "dir%2Fa%20b.mp4");
  });

  it("names no video that is in another bucket", async () => {
    await aws.s3.send(new CreateBucketCommand({ Bucket: "elsewhere" }));
    const copy = { Bucket: "elsewhere", Key: "cat.mp4", Body: await folder.read("video.mp4") };
    await aws.s3.send(new PutObjectCommand(copy));
    await make("s3://elsewhere/cat.mp4");
    const { "video-key": videoKey, ...others } = await metadata();
    assert.equal(videoKey, undefined);
    assert.equal(others["timestamp-seconds"], "1");
  });

  it("is made of a public object of somebody else's, read without a signature after one denial", async () => {
    aws.intercept = belongsToOthers;
    await make("s3://videos/dir/a b.mp4");
    const [first, ...others] = reads().map(({ authorization }) => authorization !== undefined);
    assert.equal(first, true);
    assert.ok(others.length > 0 && !others.includes(true));
    aws.intercept = () => false;
    assert.equal(await frameNumber((await aws.object("thumb/by-hand/cat.png")).content), 25);
  });

  it("fails as signed when the object is not public either", async () => {
    aws.intercept = ({ method, authorization }, response) => {
      if (method === "GET")
        answer(response, 403, authorization === undefined ? "AllAccessDisabled" : "AccessDenied");
      return method === "GET";
    };
    await assert.rejects(
      make("s3://videos/dir/a b.mp4"),
      /could not be read: S3 answered 403 \(AccessDenied/,
    );
    assert.deepEqual(
      reads().map(({ authorization }) => authorization !== undefined),
      [true, false],
    );
  });

  it("says of a missing public object that it is missing", async () => {
    aws.intercept = belongsToOthers;
    await assert.rejects(make("s3://videos/none.mp4"), /^UnusableVideoError: the video is gone: /);
  });

  it("is not read without a signature for any other refusal", async () => {
    aws.intercept = ({ method }, response) => {
      if (method === "GET") answer(response, 403, "InvalidAccessKeyId");
      return method === "GET";
    };
    await assert.rejects(make("s3://videos/dir/a b.mp4"), /InvalidAccessKeyId/);
    assert.equal(reads().length, 1);
  });

  for (const url of [
    "s3://videos/dir/a b.mp4?versionId=3sL4kqtJlcpXroDTDmJ",
    "https://s3.us-east-1.amazonaws.com/videos/dir/a%20b.mp4?versionId=3sL4kqtJlcpXroDTDmJ",
    "https://videos.s3.us-east-1.amazonaws.com/dir/a%20b.mp4?versionId=3sL4kqtJlcpXroDTDmJ",
  ]) {
    it(`is made of the version that ${url} names`, async () => {
      const video = await folder.read("video.mp4");
      aws.intercept = ({ method, target, range }, response) => {
        if (method !== "GET") return false;
        const isVersion =
          new URL(target, aws.address).searchParams.get("versionId") === "3sL4kqtJlcpXroDTDmJ";
        if (!isVersion) answer(response, 404, "NoSuchKey");
        else {
          const [start = 0, end = 0] = (/(\d+)-(\d+)/.exec(range ?? "") ?? []).slice(1).map(Number);
          const piece = video.subarray(start, end + 1);
          const contentRange = `bytes ${start}-${start + piece.length - 1}/${video.length}`;
          response.writeHead(206, { "content-range": contentRange, etag: '"a"' }).end(piece);
        }
        return true;
      };
      await make(url);
      assert.deepEqual(
        [...new Set(reads().map(({ target }) => target.split("?")[0]))],
        ["/videos/dir/a%20b.mp4"],
      );
    });
  }

  it("is no thumbnail when its task is stopped before it is stored", async () => {
    const stop = new AbortController();
    aws.intercept = ({ method }) => {
      if (method === "PUT") stop.abort(new Error("the worker got SIGTERM"));
      return method === "PUT";
    };
    await assert.rejects(make("s3://videos/dir/a b.mp4", stop.signal), /SIGTERM|abort/i);
  });
});
