import assert from "node:assert/strict";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import * as pulumi from "@pulumi/pulumi";
import { askBuckets } from "../../infra/storage/askBuckets";
import { requireExistingBuckets } from "../../infra/storage/existingBuckets";
import { assertStops } from "./stopped";

/** S3 in a thread of its own, since whoever asks waits: what it answers is in the bucket's name. */
const s3 = `
  const { createServer } = require("node:http");
  const { parentPort } = require("node:worker_threads");
  const error = (code) => "<Error><Code>" + code + "</Code><Message>In S3's words.</Message></Error>";
  const answers = {
    on: [200, "<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>"],
    off: [200, '<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'],
    gone: [404, error("NoSuchBucket")],
    denied: [403, error("AccessDenied")],
    elsewhere: [301, error("PermanentRedirect"), "ap-south-1"],
    broken: [500, error("InternalError")],
  };
  const server = createServer((request, response) => {
    const [, bucket] = /^\\/([a-z]+)[^?]*\\?notification/.exec(request.url) ?? [];
    const isThere = bucket === "elsewhere" && request.headers.authorization.includes("/ap-south-1/");
    const [status, body, region] = (isThere ? answers.on : answers[bucket]) ?? [400, error("MalformedRequest")];
    parentPort.postMessage(request.method + " " + request.url + " " + request.headers.authorization);
    if (bucket === "silent") return;
    response.writeHead(status, region ? { "x-amz-bucket-region": region } : {});
    response.end(body);
  });
  parentPort.on("message", (text) => parentPort.postMessage(text));
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

const asking = {
  region: "eu-west-1",
  credentials: { accessKeyId: "KEY", secretAccessKey: "not told" },
  forcePathStyle: true,
  followRegionRedirects: false,
};

describe("existing buckets, before anything is created", function () {
  this.timeout(60_000);
  let thread: Worker;
  let endpoint: string;
  const requests: string[] = [];
  before(async () => {
    thread = new Worker(s3, { eval: true });
    const [port] = (await once(thread, "message")) as [number];
    endpoint = `http://127.0.0.1:${port}`;
    thread.on("message", (request: string) => requests.push(request));
  });
  /** What S3 was asked by now. */
  async function asked(): Promise<string[]> {
    thread.postMessage("so far");
    while (requests.at(-1) !== "so far") await once(thread, "message");
    return requests.slice(0, -1);
  }
  after(() => thread.terminate());

  const { getEngine } = pulumi.runtime;
  const runtime = pulumi.runtime as { getEngine: () => object | undefined };
  const log = pulumi.log as { warn: (text: string) => Promise<void> };
  const { warn } = log;
  let warnings: string[];
  beforeEach(() => {
    warnings = [];
    requests.length = 0;
    log.warn = (text) => Promise.resolve(void warnings.push(text));
    runtime.getEngine = () => ({});
    configure();
  });
  afterEach(() => {
    runtime.getEngine = getEngine;
    log.warn = warn;
    pulumi.runtime.setAllConfig({});
  });

  function configure(more: Record<string, string> = {}): void {
    pulumi.runtime.setAllConfig({
      "aws:region": "eu-west-1",
      "aws:accessKey": "KEY",
      "aws:secretKey": "not told",
      "aws:s3UsePathStyle": "true",
      "aws:endpoints": JSON.stringify([{ s3: endpoint }]),
      ...more,
    });
  }
  const check = (bucketName?: pulumi.Input<string>, outputBucketName?: pulumi.Input<string>) => {
    requireExistingBuckets({ bucketName, outputBucketName });
  };
  const refusal = (...names: string[]): string => {
    try {
      check(...names);
    } catch (error) {
      assert.ok(pulumi.RunError.isInstance(error));
      return error.message;
    }
    throw new Error("It went on.");
  };

  it("are asked whether they tell EventBridge, with the stack's own region and keys", async () => {
    check("on", "on-too");
    assert.deepEqual(warnings, []);
    const requests = await asked();
    assert.equal(requests.length, 2);
    assert.match(requests[0]!, /^GET \/on\/?\?notification=? .*Credential=KEY\/\d+\/eu-west-1\/s3\//);
    assert.match(requests[1]!, /^GET \/on-too\/?\?notification/);
  });

  it("stop the program where EventBridge is off, with the one command that turns it on", () => {
    assert.equal(
      refusal("off"),
      "S3 tells EventBridge nothing of what happens in the bucket off. This command, in a clone of video-thumbnailer's " +
        "repository, turns it on, and leaves all else of the bucket as it is:\n  npm run ops -- enable-events --bucket off --region eu-west-1\n" +
        "Nothing was created or changed.",
    );
    assert.deepEqual(warnings, []);
  });

  it("are both named where both are wrong, and one that is right is not", () => {
    const message = refusal("gone", "off-two");
    assert.match(
      message,
      /^There is no bucket gone\.[^]*--bucket off-two [^]*Nothing was created or changed\.$/,
    );
    assert.doesNotMatch(refusal("on", "off"), /\bon\b.*enable-events --bucket on/);
  });

  it("stop the program where they are in another region, which is named", () => {
    const message = refusal("elsewhere");
    assert.match(
      message,
      /^The bucket elsewhere is in ap-south-1, and this stack in eu-west-1: [^]*Nothing was/,
    );
  });

  it("are a warning where nobody can say: no right, a fault of S3's, nobody there", () => {
    check("denied");
    check("broken");
    configure({ "aws:endpoints": '[{"s3":"http://127.0.0.1:1"}]' });
    check("on");
    assert.equal(warnings.length, 3);
    assert.match(
      warnings[0]!,
      /tells EventBridge of the bucket denied could not be asked: AccessDenied: In S3's words\. .*ops -- enable-events --bucket denied --region eu-west-1$/,
    );
    assert.match(warnings[1]!, /InternalError/);
    assert.match(warnings[2]!, /ECONNREFUSED/);
  });

  it("still stop the program where one of two is surely wrong", () => {
    assert.match(refusal("denied", "off"), /^S3 tells EventBridge nothing .* bucket off\./);
    assert.equal(warnings.length, 1);
  });

  it("are no matter where their name is not known yet, there are none, or there is no engine", async () => {
    check(pulumi.output("off"));
    check();
    runtime.getEngine = () => undefined;
    check("off");
    assert.deepEqual([await asked(), warnings], [[], []]);
  });

  it("are not said to be in another region where a provider may have that one", () => {
    const provider = Object.create(pulumi.ProviderResource.prototype) as pulumi.ProviderResource;
    requireExistingBuckets({ bucketName: "denied", outputBucketName: undefined }, { providers: [provider] });
    assert.match(warnings[0]!, /enable-events --bucket denied$/);
    for (const options of [{ provider }, { providers: { aws: provider } }, { parent: provider }])
      assert.throws(() => {
        requireExistingBuckets({ bucketName: "off", outputBucketName: undefined }, options);
      }, /enable-events --bucket off\n/);
  });

  it("are not said to be nowhere where a provider of the program's own may find them", () => {
    const provider = Object.create(pulumi.ProviderResource.prototype) as pulumi.ProviderResource;
    requireExistingBuckets({ bucketName: "gone", outputBucketName: undefined }, { provider });
    assert.match(warnings[0]!, /configuration leads there is no bucket gone\. If it does not/);
  });

  it("are given up when nobody answers in time", () => {
    assert.throws(() => askBuckets(["silent"], { ...asking, endpoint }, 1), /S3 has not answered for 1 s/);
  });

  it("are asked whatever the program itself is run with", () => {
    const inherited = process.env["NODE_OPTIONS"];
    process.env["NODE_OPTIONS"] = "--require ./not-there.cjs";
    try {
      assert.deepEqual(askBuckets(["on", "off"], { ...asking, endpoint }), [
        { isTold: true },
        { isTold: false },
      ]);
    } finally {
      if (inherited === undefined) delete process.env["NODE_OPTIONS"];
      else process.env["NODE_OPTIONS"] = inherited;
    }
  });

  it("stop the program before it registers anything but its provider", async () => {
    await assertStops(() => {
      runtime.getEngine = () => ({});
      configure({ "video-thumbnailer:bucketName": "off", "video-thumbnailer:imageUri": "a/b:c" });
    }, /enable-events --bucket off --region/);
  });
});
