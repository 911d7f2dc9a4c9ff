import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DeleteBucketCorsCommand, HeadObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { Browser, Page } from "playwright-core";
import { startLocalCloud } from "../../local/cloud";
import { announceKeptCloud } from "../../local/keptCloud";
import type { LocalCloud } from "../../local/localCloud";
import { findChromium, howToGetChromium, launchChromium } from "../../testkit/browser/chromium";
import { ExampleProcess } from "../examples/exampleProcess";

const title = "browser: a site's visitor uploads a video and sees its thumbnail";
if (process.env["TEST_BROWSER"] === undefined) it.skip(`${title} (run by npm run test:browser)`);
else if (findChromium() === undefined) it.skip(`${title}: ${howToGetChromium}`);
else describe(title, uploadFromPage);

const sample = path.join(__dirname, "../../samples/sample.mp4");

function uploadFromPage(this: Mocha.Suite): void {
  this.timeout(120_000);
  let cloud: LocalCloud;
  let folder: string;
  let site: ExampleProcess;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "upload-"));
    cloud = await startLocalCloud({ config: { thumbnailFormat: "webp", thumbnailWidth: "480" } });
    await announceKeptCloud(folder, cloud);
    site = await ExampleProcess.start("upload", ["server.mjs", "--local", "--port", "0", folder], {
      MAX_MB: "1",
    });
    browser = await launchChromium();
  });
  after(async () => {
    await browser.close();
    await site.stop();
    await cloud.stop();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 800, height: 800 } });
    complaints = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    await page.goto(site.address);
  });
  afterEach(() => page.close());

  const choose = (file: string | { name: string; mimeType: string; buffer: Buffer }) =>
    page.getByLabel("Video", { exact: true }).setInputFiles(file);
  const upload = () => page.getByRole("button", { name: "Upload" }).click();
  const says = (text: string) =>
    page.getByRole("status").filter({ hasText: text }).waitFor({ timeout: 60_000 });

  it("with the time that the visitor chose, straight into the bucket", async () => {
    await choose(sample);
    await page.getByLabel("Thumbnail at").fill("00:01");
    await upload();
    await says("This is its thumbnail.");
    const image = page.getByRole("img", { name: "The video's thumbnail" });
    assert.ok(await image.isVisible());
    assert.equal(await image.evaluate((shown: { naturalWidth: number }) => shown.naturalWidth), 480);
    if (process.env["SHOW_PAGE"] !== undefined) await page.screenshot({ path: process.env["SHOW_PAGE"] });
    const { Contents = [] } = await cloud.clients.s3.send(
      new ListObjectsV2Command({ Bucket: cloud.bucket, Prefix: "uploads/" }),
    );
    assert.equal(Contents.length, 1);
    const uploaded = { Bucket: cloud.bucket, Key: Contents[0]?.Key };
    const { ContentType, Metadata } = await cloud.clients.s3.send(new HeadObjectCommand(uploaded));
    assert.deepEqual([ContentType, Metadata], ["video/mp4", { "thumbnail-timestamp": "00:01" }]);
    assert.deepEqual(complaints, []);
  });

  it("who sees how far it is, and can cancel it, with nothing left in the bucket", async () => {
    const network = await page.context().newCDPSession(page);
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 50_000 };
    await network.send("Network.emulateNetworkConditions", slow);
    await choose({ name: "a.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(900_000) });
    const before = await keys();
    await upload();
    await page.waitForFunction(() => {
      const { value } = (globalThis as unknown as Window).document.querySelector("progress");
      return value > 0 && value < 1;
    });
    await page.getByRole("button", { name: "Cancel" }).click();
    await says("Cancelled.");
    assert.deepEqual(await keys(), before);
  });

  it("who is told what is wrong with a file", async () => {
    await choose({ name: "a.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(1_000_001) });
    await upload();
    await says("A video may have up to 1 MB.");
    await choose({ name: "a.png", mimeType: "image/png", buffer: Buffer.alloc(10) });
    await upload();
    await says("Only videos can be uploaded.");
  });

  it("who is told what S3 says of a file that is not what the server was asked for", async () => {
    await page.route("**/uploads", async (route) => {
      const question = { type: "video/mp4", bytes: 1 };
      await route.continue({ postData: JSON.stringify(question) });
    });
    await choose({ name: "a.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(1_500_000) });
    await upload();
    await says("Your proposed upload exceeds the maximum allowed size");
  });

  it("only where the bucket's CORS rules name the site, which the page says otherwise", async () => {
    await cloud.clients.s3.send(new DeleteBucketCorsCommand({ Bucket: cloud.bucket }));
    await choose(sample);
    await upload();
    await says("the bucket lets no page of this address upload (CORS)");
  });

  async function keys(): Promise<(string | undefined)[]> {
    const { Contents = [] } = await cloud.clients.s3.send(new ListObjectsV2Command({ Bucket: cloud.bucket }));
    return Contents.map(({ Key }) => Key);
  }
}

/** What the browser has, as far as it is asked here. */
interface Window {
  readonly document: { querySelector(selector: "progress"): { readonly value: number } };
}
