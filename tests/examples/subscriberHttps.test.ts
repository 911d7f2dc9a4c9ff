import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { endpoint } from "../../examples/subscriber-https/endpoint";
import { signingKeys } from "../../examples/subscriber-https/signingKeys";
import { VideoTable } from "../../examples/subscriber-https/videoTable";
import type { Delivery } from "./deliveries";
import { said, stories } from "./deliveries";
import { outputsReady, thumbnailCreated } from "./messages";
import { confirmation, notification, nowMs, signer, topicArn } from "./signedMessages";

const video = "videos/dir/cat.mp4";
const message = JSON.stringify(outputsReady("2026-01-02T03:04:09.123Z"));

describe("examples/subscriber-https", () => {
  let folder: string;
  let table: VideoTable;
  let server: Server;
  const confirmed: string[] = [];
  let lines: object[] = [];
  let [isCertificateThere, isTableThere] = [true, true];

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "subscriber-https-"));
    table = new VideoTable(path.join(folder, "videos.db"));
    confirmed.length = 0;
    lines = [];
    [isCertificateThere, isTableThere] = [true, true];
    const getCertificate = () =>
      isCertificateThere ? Promise.resolve(signer.certificate) : Promise.reject(new Error("no network"));
    server = createServer(
      endpoint({
        topicArn,
        store(told) {
          if (!isTableThere) throw new Error("the disk is full");
          return table.store(told);
        },
        publicKeyAt: signingKeys(getCertificate, () => nowMs),
        confirm(address) {
          confirmed.push(address);
          return Promise.resolve();
        },
        now: () => nowMs,
        log: (line) => lines.push(line),
      }),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
    table.close();
    rmSync(folder, { recursive: true });
  });

  /** Posts as SNS does, and gives the answer's status. */
  async function post(body: object | string, method = "POST"): Promise<number> {
    const { port } = server.address() as AddressInfo;
    const headers = { "content-type": "text/plain; charset=UTF-8" };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const init = method === "POST" ? { method, headers, body: text } : { method };
    return (await fetch(`http://127.0.0.1:${port}/`, init)).status;
  }
  const became = () => lines.map((line) => (line as { became: string }).became);

  it("confirms the subscription to its topic by SNS's own address, and no other", async () => {
    const subscription = confirmation("SubscriptionConfirmation");
    assert.equal(await post(subscription), 200);
    assert.deepEqual(confirmed, [subscription["SubscribeURL"]]);
    const elsewhere = { SubscribeURL: "https://evil.example/?Action=ConfirmSubscription" };
    assert.equal(await post(confirmation("SubscriptionConfirmation", elsewhere)), 403);
    const TopicArn = topicArn.replace("123456789012", "999999999999");
    assert.equal(await post(confirmation("SubscriptionConfirmation", { TopicArn })), 403);
    assert.equal(confirmed.length, 1);
  });

  it("does not subscribe anew when somebody has ended the subscription", async () => {
    assert.equal(await post(confirmation("UnsubscribeConfirmation")), 200);
    assert.deepEqual(confirmed, []);
    assert.deepEqual(became(), ["unsubscribed"]);
  });

  it("stores what a message tells, once", async () => {
    for (const SignatureVersion of ["1", "2"])
      assert.equal(await post(notification(message, { SignatureVersion })), 200);
    assert.deepEqual(became(), ["stored", "known"]);
    assert.equal(table.row(video)?.outputs, message);
    assert.equal(table.row("videos/other.mp4"), undefined);
  });

  it("has in its row what was true last, however often and in whatever order it is told", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(stories, async ({ deliveries, ...last }) => {
        const own = path.join(folder, `${(run += 1)}.db`);
        const before = table;
        table = new VideoTable(own);
        before.close();
        const send = ({ message: told, publishedAt }: Delivery) =>
          post(notification(told, { Timestamp: publishedAt }));
        const half = Math.ceil(deliveries.length / 2);
        for (const delivery of deliveries.slice(0, half)) assert.equal(await send(delivery), 200);
        const together = await Promise.all(deliveries.slice(half).map(send));
        assert.ok(together.every((status) => status === 200));
        assert.deepEqual(said(table.row(video) ?? {}), last);
      }),
      { numRuns: 30 },
    );
  });

  it("stores nothing of what is not SNS's, of no POST, of what is too large or was sent raw", async () => {
    assert.equal(await post({ ...notification(message), Message: message.replace("cat", "dog") }), 403);
    assert.equal(await post(message), 403);
    assert.equal(await post(notification(message), "GET"), 403);
    assert.equal(await post("x".repeat(3 * 1024 * 1024)).catch(() => 413), 413);
    assert.deepEqual(new Set(became()), new Set(["refused"]));
    assert.equal(table.row(video), undefined);
  });

  it("takes what is of no video and what is not known, and stores nothing of it", async () => {
    for (const told of [thumbnailCreated(null, "e", null), { type: "something-later" }])
      assert.equal(await post(notification(JSON.stringify(told))), 200);
    assert.deepEqual(became(), ["ignored", "ignored"]);
  });

  it("has SNS give up on a message of SNS's that can not be read, which goes to the dead-letter queue", async () => {
    assert.equal(await post(notification("{")), 422);
  });

  it("has SNS try again while the certificate or the table are not to be had", async () => {
    isCertificateThere = false;
    assert.equal(await post(notification(message)), 500);
    [isCertificateThere, isTableThere] = [true, false];
    assert.equal(await post(notification(message)), 500);
    isTableThere = true;
    assert.equal(await post(notification(message)), 200);
    assert.equal(table.row(video)?.outputs, message);
  });

  it("has its rows again after it was killed while it wrote", async () => {
    const file = path.join(folder, "videos.db");
    assert.equal(await post(notification(message)), 200);
    table.close();
    mkdirSync(`${file}.lock`);
    table = new VideoTable(file);
    assert.equal(table.row(video)?.outputs, message);
    assert.equal(await post(notification(message)), 200);
    assert.deepEqual(became(), ["stored", "known"]);
  });
});
