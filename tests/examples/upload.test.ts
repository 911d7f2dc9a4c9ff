import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { parseTimestamp } from "../../contract/timestamp";
import { announceKeptCloud } from "../../local/keptCloud";
import { Bucket, TestS3 } from "../local/testS3";
import { ExampleProcess } from "./exampleProcess";

interface Form {
  id: string;
  url: string;
  fields: Record<string, string>;
}

/** What the example's README lets the server do. */
const rights: readonly [action: string, resource: RegExp][] = [
  ["s3:PutObject", /^arn:aws:s3:::videos\/uploads\//],
  ["s3:GetObject", /^arn:aws:s3:::videos\/thumb\/uploads\//],
  // In the local run, where it is its own operator.
  ["s3:PutBucketCORS", /^arn:aws:s3:::videos$/],
];

describe("examples/upload", function () {
  this.timeout(60_000);
  const s3 = new TestS3();
  let folder: string;
  let site: ExampleProcess;
  before(async () => {
    await s3.start();
    folder = mkdtempSync(path.join(tmpdir(), "upload-"));
    const { door, endpoint } = s3;
    door.admit("LOCALSITE", {
      roleArn: "arn:aws:iam::000000000000:role/site",
      sessionName: "site",
      region: "eu-west-1",
    });
    door.authorizer = ({ action, resource }) =>
      Promise.resolve(
        rights.some(([allowed, on]) => action === allowed && on.test(resource))
          ? undefined
          : "no policy allows it",
      );
    await announceKeptCloud(folder, {
      outputs: {
        region: "eu-west-1",
        bucketName: Bucket,
        outputBucketName: Bucket,
        thumbnailKeyPrefix: "thumb/",
        thumbnailFormat: "jpg",
      },
      endpoints: { s3: endpoint.href, sqs: "", sns: "", ecs: "" },
      credentials: { ...door.credentials, accessKeyId: "LOCALSITE" },
    });
    site = await ExampleProcess.start("upload", ["server.mjs", "--local", "--port", "0", folder], {
      MAX_MB: "1",
    });
  });
  after(async () => {
    await site.stop();
    s3.stop();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => (s3.events.length = 0));

  const ask = (question: unknown, headers: Record<string, string> = { "content-type": "application/json" }) =>
    fetch(`${site.address}/uploads`, {
      method: "POST",
      headers,
      body: typeof question === "string" ? question : JSON.stringify(question),
    });
  const video = { type: "video/mp4", bytes: 1000 };
  const begin = async (question: object = video) => (await (await ask(question)).json()) as Form;
  const errorOf = async (response: Response) => {
    const { error } = (await response.json()) as { error?: string };
    return `${response.status} ${error ?? ""}`;
  };

  /** What S3 answers when a page sends a file by this form: its status, and its error's code. */
  async function send({ url, fields }: Pick<Form, "url" | "fields">, content = "video", type = "video/mp4") {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append("Content-Type", type);
    body.append("file", new Blob([content]), "cat.mp4");
    const response = await fetch(url, { method: "POST", body });
    const [, code = ""] = /<Code>(\w+)<\/Code>/.exec(await response.text()) ?? [];
    return `${response.status} ${code}`.trim();
  }

  it("lets a page upload a video under a key that the server chose, with the thumbnail's time", async () => {
    const { id, ...form } = await begin({ ...video, thumbnailTimestamp: "01:30" });
    assert.equal(form.fields["key"], `uploads/${id}.mp4`);
    assert.equal(await send(form), "204");
    const { ContentType, Metadata, ContentLength } = await s3.client.send(
      new HeadObjectCommand({ Bucket, Key: `uploads/${id}.mp4` }),
    );
    assert.deepEqual([ContentType, ContentLength], ["video/mp4", 5]);
    assert.deepEqual(Metadata, { "thumbnail-timestamp": "01:30" });
    assert.deepEqual(
      s3.events.map(({ kind }) => kind),
      ["ObjectCreated:Post"],
    );
  });

  it("has S3 refuse a file that is too large, or of another type, and a key that was not chosen", async () => {
    const { id, url, fields } = await begin({ ...video, thumbnailTimestamp: "25%" });
    const form = { url, fields };
    assert.equal(await send(form, "x".repeat(1_000_001)), "400 EntityTooLarge");
    assert.equal(await send(form, ""), "400 EntityTooSmall");
    for (const type of ["text/html", "image/svg+xml", "", "Video/mp4"])
      assert.equal(await send(form, "video", type), "403 AccessDenied", type);
    for (const [name, value] of [
      ["key", `uploads/${id}.mp4x`],
      ["key", "uploads/dog.mp4"],
      ["key", "thumb/dog.png"],
      ["bucket", "other"],
      ["x-amz-meta-thumbnail-timestamp", "26%"],
      ["x-amz-meta-more", "x"],
      ["Cache-Control", "max-age=1"],
      ["success_action_redirect", "https://evil.example"],
    ] as const)
      assert.equal(
        await send({ url, fields: { ...fields, [name]: value } }),
        "403 AccessDenied",
        `${name} ${value}`,
      );
    const { "x-amz-meta-thumbnail-timestamp": timestamp, ...fewer } = fields;
    assert.equal(timestamp, "25%");
    assert.equal(await send({ url, fields: fewer }), "403 AccessDenied");
    assert.deepEqual(s3.events, []);
    assert.equal(await send(form, "x".repeat(1_000_000)), "204");
  });

  it("says what is wrong before anything is uploaded", async () => {
    for (const [question, error] of [
      [{ ...video, type: "image/png" }, "Only videos can be uploaded."],
      [{ bytes: 1 }, "Only videos can be uploaded."],
      [{ ...video, bytes: 1_000_001 }, "A video may have up to 1 MB."],
      [{ ...video, bytes: 0 }, "A video may have up to 1 MB."],
      [{ ...video, bytes: "1" }, "A video may have up to 1 MB."],
      [{ ...video, thumbnailTimestamp: "soon" }, "A thumbnail's time is such as 01:30, 25% or auto."],
      [{ ...video, thumbnailTimestamp: ["1"] }, "A thumbnail's time is such as 01:30, 25% or auto."],
      ["{", "This is no JSON."],
      ["null", "Only videos can be uploaded."],
      [{ ...video, more: "x".repeat(1000) }, "This is too long."],
    ] as const)
      assert.equal(await errorOf(await ask(question)), `400 ${error}`);
  });

  it("takes no question that another site's page can send unasked", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
      assert.equal(await errorOf(await ask(video, { "content-type": type })), "400 This takes JSON.");
    const preflight = await fetch(`${site.address}/uploads`, { method: "OPTIONS" });
    assert.equal(preflight.status, 404);
  });

  it("takes no thumbnail's time that the pipeline would not", async () => {
    const digits = fc.stringMatching(/^\d{0,4}$/);
    const forms = fc
      .array(fc.oneof(digits, fc.constantFrom(":", ".", "%", "auto", " ", "-", "percent")), { maxLength: 6 })
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(forms, async (thumbnailTimestamp) => {
        const { status } = await ask({ ...video, thumbnailTimestamp });
        if (status === 200 && thumbnailTimestamp !== "") parseTimestamp(thumbnailTimestamp);
      }),
      { numRuns: 300 },
    );
    for (const thumbnailTimestamp of ["auto", "90", "90.5", "01:30", "01:02:03.5", "25%", "33.3%", "100%"])
      assert.equal((await ask({ ...video, thumbnailTimestamp })).status, 200, thumbnailTimestamp);
  });

  it("shows an upload's thumbnail once it is there, by an address for some minutes", async () => {
    const { id } = await begin();
    const asked = async () =>
      ((await (await fetch(`${site.address}/uploads/${id}`)).json()) as { thumbnail: string | null })
        .thumbnail;
    assert.equal(await asked(), null);
    const thumbnail = { Bucket, Key: `thumb/uploads/${id}.jpg`, Body: "picture" };
    await s3.client.send(new PutObjectCommand(thumbnail));
    const address = await asked();
    assert.match(address ?? "", /X-Amz-Expires=300/);
    assert.equal(await (await fetch(address ?? "")).text(), "picture");
  });

  it("shows nothing of what is no upload", async () => {
    for (const id of ["cat", "..%2F..%2Fcat", "00000000-0000-0000-0000-00000000000", "%00", "a".repeat(2000)])
      assert.equal(
        await errorOf(await fetch(`${site.address}/uploads/${id}`)),
        "400 There is no such upload.",
        id,
      );
    for (const name of ["server.mjs", "..%2Fserver.mjs", "package.json"])
      assert.equal((await fetch(`${site.address}/${name}`)).status, 404, name);
    assert.equal((await fetch(`${site.address}//`)).status, 404);
  });

  it("says what is missing when it does not know where to upload to", async () => {
    await assert.rejects(
      ExampleProcess.start("upload", ["server.mjs", "--port", "0"], { BUCKET: "" }),
      /BUCKET is to be the name of the stack's bucket/,
    );
    const nowhere = path.join(folder, "nowhere");
    await assert.rejects(
      ExampleProcess.start("upload", ["server.mjs", "--local", nowhere]),
      /start the pipeline with npm run local -- --keep/,
    );
  });
});
