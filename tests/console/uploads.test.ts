import assert from "node:assert/strict";
import { GetObjectCommand, HeadObjectCommand, ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import type { Refusal, SignedPart, UploadedPart, UploadInHand } from "../../console/messages";
import { connect, type Stack } from "../../ops/stack";
import { Bucket, TestS3 } from "../local/testS3";
import { Operator } from "../ops/operator";
import { callsOf, TestConsole } from "./testConsole";

const slow = { followSeconds: 3600, busySeconds: 3600, idleSeconds: 3600 };
const partBytes = 5 * 2 ** 20;

describe("the console: uploads", () => {
  const bucket = new TestS3();
  let operator: Operator;
  let stack: Stack;
  let shown: TestConsole;
  before(async () => {
    operator = await Operator.start();
    await bucket.start();
    const { href } = bucket.endpoint;
    const endpoints = { s3: href, sqs: href, sns: href, ecs: href };
    const { credentials } = bucket.door;
    const connected = connect("local run", operator.stack.outputs, { endpoints, credentials });
    stack = { ...connected, sqs: operator.stack.sqs, ecs: operator.stack.ecs };
    shown = await TestConsole.start(stack, slow);
  });
  after(async () => {
    await shown.stop();
    stack.s3.destroy();
    bucket.stop();
    await operator.stop();
  });
  beforeEach(() => {
    callsOf(stack).reset();
  });

  const begin = async (key: string, contentType = "video/mp4"): Promise<UploadInHand> => {
    const { status, body } = await shown.post("/api/uploads", { key, bytes: 1, contentType });
    assert.equal(status, 200, JSON.stringify(body));
    return body as UploadInHand;
  };
  /** Puts a part where the server says, as a page does: with nothing but its bytes. */
  const put = async (upload: UploadInHand, partNumber: number, part: Uint8Array<ArrayBuffer>) => {
    const { body } = await shown.post("/api/uploads/sign", { ...upload, partNumber });
    const answer = await fetch((body as SignedPart).url, { method: "PUT", body: part });
    return { status: answer.status, eTag: answer.headers.get("etag") };
  };
  const parts = async (upload: UploadInHand) =>
    (await shown.post("/api/uploads/parts", upload)).body as UploadedPart[];
  const problemOf = ({ body }: { body: unknown }) => (body as Refusal).problem;

  it("go to the bucket in parts, which nobody has to know the credentials for", async () => {
    const upload = await begin("a b/ü.mp4");
    const [first, last] = [new Uint8Array(partBytes).fill(1), new Uint8Array([2])];
    assert.equal((await put(upload, 1, first)).status, 200);
    assert.equal((await put(upload, 2, last)).status, 200);
    const known = await parts(upload);
    assert.deepEqual(
      known.map(({ PartNumber, Size }) => [PartNumber, Size]),
      [
        [1, partBytes],
        [2, 1],
      ],
    );
    const { status } = await shown.post("/api/uploads/complete", { ...upload, parts: known });
    assert.equal(status, 200);
    const stored = await bucket.client.send(new GetObjectCommand({ Bucket, Key: "a b/ü.mp4" }));
    assert.deepEqual([stored.ContentLength, stored.ContentType], [partBytes + 1, "video/mp4"]);
  });

  it("tell all parts that S3 has, also where it lists them page by page", async () => {
    const upload = await begin("pages.mp4");
    for (const number of [1, 2, 5]) await put(upload, number, new Uint8Array([number]));
    stack.s3.middlewareStack.add(
      (next, context) => (call) => {
        if (context["commandName"] === "ListPartsCommand") Object.assign(call.input, { MaxParts: 1 });
        return next(call);
      },
      { step: "initialize", name: "onePartAPage" },
    );
    try {
      assert.deepEqual(
        (await parts(upload)).map(({ PartNumber }) => PartNumber),
        [1, 2, 5],
      );
    } finally {
      stack.s3.middlewareStack.remove("onePartAPage");
    }
  });

  it("are followed as soon as they are whole", async () => {
    const page = await shown.opens();
    const upload = await begin("followed.mp4");
    const { eTag } = await put(upload, 1, new Uint8Array([1]));
    await shown.post("/api/uploads/complete", { ...upload, parts: [{ PartNumber: 1, ETag: eTag }] });
    const told = await page.until("progress", (all) => all.some(({ key }) => key === "followed.mp4"));
    assert.equal(told.find(({ key }) => key === "followed.mp4")?.phase, "queued");
  });

  it("leave nothing when they are thrown away, also twice", async () => {
    const upload = await begin("thrown.mp4");
    await put(upload, 1, new Uint8Array([1]));
    const ends = [
      await shown.post("/api/uploads/abort", upload),
      await shown.post("/api/uploads/abort", upload),
    ];
    assert.deepEqual(
      ends.map(({ status }) => status),
      [200, 200],
    );
    const { Uploads = [] } = await bucket.client.send(new ListMultipartUploadsCommand({ Bucket }));
    assert.equal(
      Uploads.some(({ Key }) => Key === "thrown.mp4"),
      false,
    );
  });

  it("are told to be gone where S3 knows them no longer", async () => {
    const upload = { key: "gone.mp4", uploadId: "none" };
    const part = [{ PartNumber: 1, ETag: "a" }];
    for (const [address, more] of [
      ["parts", {}],
      ["complete", { parts: part }],
    ] as const) {
      const answer = await shown.post(`/api/uploads/${address}`, { ...upload, ...more });
      assert.deepEqual([answer.status, problemOf(answer).kind], [404, "gone"]);
    }
  });

  it("are told which names the bucket has already", async () => {
    const { body } = await shown.post("/api/uploads/exists", { keys: ["new.mp4", "followed.mp4"] });
    assert.deepEqual(body, { keys: ["followed.mp4"] });
  });

  it("are of videos alone, and never in the place of an output", async () => {
    for (const key of ["a.txt", "a.Mp4", "thumb/a.mp4", "extras/a.mp4"]) {
      for (const address of ["", "/sign", "/parts", "/complete", "/abort"]) {
        const rest = { uploadId: "u", bytes: 1, partNumber: 1, parts: [] };
        const answer = await shown.post(`/api/uploads${address}`, { key, ...rest });
        assert.equal(answer.status, 404, `${address} of ${key}`);
        assert.match(problemOf(answer).whatToDo, /end with \.mp4, \.mov/);
      }
    }
    assert.deepEqual([...callsOf(stack).askedFor], []);
  });

  it("are under the stack's prefixes, which a refusal names", async () => {
    stack.outputs.videoPrefixes = ["in/", "more/"];
    try {
      await begin("in/a.mp4");
      const answer = await shown.post("/api/uploads", { key: "a.mp4", bytes: 1, contentType: "" });
      assert.match(problemOf(answer).whatToDo, /under in\/ or more\//);
    } finally {
      stack.outputs.videoPrefixes = [];
    }
  });

  it("have names that leave room for those of their outputs", async () => {
    const answer = await shown.post("/api/uploads", {
      ...{ key: `${"n".repeat(1015)}.mp4`, bytes: 1, contentType: "video/mp4" },
    });
    assert.deepEqual([answer.status, problemOf(answer).kind], [400, "refused"]);
    assert.match(problemOf(answer).message, /too long/);
  });

  it("are stored as videos, whatever the browser took them for", async () => {
    const upload = await begin("page.mp4", "text/html");
    const { eTag } = await put(upload, 1, new Uint8Array([1]));
    await shown.post("/api/uploads/complete", { ...upload, parts: [{ PartNumber: 1, ETag: eTag }] });
    const { ContentType } = await bucket.client.send(new HeadObjectCommand({ Bucket, Key: "page.mp4" }));
    assert.equal(ContentType, "video/mp4");
  });

  it("are none in a console that only looks", async () => {
    const looking = await TestConsole.start(stack, { ...slow, isReadOnly: true });
    try {
      for (const address of ["", "/exists", "/sign", "/parts", "/complete", "/abort"]) {
        const answer = await looking.post(`/api/uploads${address}`, {
          key: "a.mp4",
          uploadId: "u",
          bytes: 1,
        });
        assert.equal(answer.status, 403, address);
      }
    } finally {
      await looking.stop();
    }
    assert.deepEqual([...callsOf(stack).askedFor], []);
  });

  it("name the right that is missing", async () => {
    callsOf(stack).deny("S3 CreateMultipartUpload");
    const answer = await shown.post("/api/uploads", { key: "a.mp4", bytes: 1, contentType: "video/mp4" });
    assert.deepEqual([answer.status, problemOf(answer).right], [403, "s3:PutObject"]);
  });
});
