import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { findChromium, howToGetChromium } from "../../../testkit/browser/chromium";
import { cardOf, DropPage, fileOfParts, slowDown, watchParts } from "./dropPage";

const title = "browser: an upload outlives what cuts it";
if (process.env["TEST_BROWSER"] === undefined) it.skip(`${title} (run by npm run test:console)`);
else if (findChromium() === undefined) it.skip(`${title}: ${howToGetChromium}`);
else describe(title, resume);

const parts = 4;
const all = (name: string) => Array.from({ length: parts }, (_, index) => `${name} ${index + 1}`);

function resume(this: Mocha.Suite): void {
  this.timeout(60_000);
  let dropped: DropPage;
  let page: Page;
  let folder: string;
  let watched: ReturnType<typeof watchParts>;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "drop-"));
    dropped = await DropPage.open();
  });
  after(async () => {
    await dropped.stop();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    page = await dropped.shown.page();
    watched = watchParts(page);
  });
  afterEach(() => page.context().close());

  /** Chooses a file of four parts, and waits until S3 has some of them, and not all. */
  const begin = async (name: string): Promise<string> => {
    const file = path.join(folder, name);
    writeFileSync(file, fileOfParts(name, parts).buffer);
    await slowDown(page, 8_000_000);
    await page.getByLabel("Choose videos").setInputFiles(file);
    while (watched.stored.length === 0) await page.waitForTimeout(10);
    return file;
  };
  const isWhole = async (name: string) => {
    await cardOf(page, name).getByText("Uploaded").waitFor();
    assert.deepEqual([...watched.stored].sort(), all(name), "each part is stored once");
    assert.deepEqual([...(await dropped.sizes(name)).values()], [fileOfParts(name, parts).buffer.length]);
    assert.deepEqual(await dropped.unfinished(), []);
    assert.equal(await page.evaluate("localStorage.getItem('uploads')"), "[]");
  };

  it("a network that is gone for a while: nothing that S3 has is sent again", async () => {
    await begin("offline.mp4");
    await page.context().setOffline(true);
    await cardOf(page, "offline.mp4").getByText("S3 does not answer.").waitFor();
    await page.context().setOffline(false);
    await isWhole("offline.mp4");
  });

  it("an S3 that is away, though the machine has a network", async () => {
    await begin("away.mp4");
    await page.route(/X-Amz-Signature/, (route) => route.abort("connectionreset"));
    await page.route(dropped.cloud.endpoints.s3, (route) => route.abort("connectionrefused"));
    await cardOf(page, "away.mp4").getByText("S3 does not answer.").waitFor();
    await page.unrouteAll();
    await isWhole("away.mp4");
  });

  it("a pause, for as long as somebody likes", async () => {
    await begin("paused.mp4");
    await page.getByRole("button", { name: "Pause paused.mp4" }).click();
    await cardOf(page, "paused.mp4").getByText("Paused").waitFor();
    await page.getByRole("button", { name: "Resume paused.mp4" }).click();
    await isWhole("paused.mp4");
  });

  it("a page that is loaded anew, once the same file is chosen again", async () => {
    const file = await begin("reloaded.mp4");
    await page.reload();
    const interrupted = page.getByRole("region", { name: "Interrupted" });
    await interrupted.getByText("reloaded.mp4").waitFor();
    await page.getByLabel("Choose videos").setInputFiles(file);
    await interrupted.waitFor({ state: "detached" });
    await isWhole("reloaded.mp4");
  });

  it("or it is thrown away, with nothing left of it", async () => {
    await begin("thrown.mp4");
    await page.reload();
    const interrupted = page.getByRole("region", { name: "Interrupted" });
    await interrupted.getByRole("button", { name: "Throw away thrown.mp4" }).click();
    await interrupted.waitFor({ state: "detached" });
    assert.deepEqual(await dropped.unfinished(), []);
    assert.deepEqual(await dropped.keys("thrown"), []);
  });

  it("S3 that has thrown it away itself: it is begun anew", async () => {
    const file = await begin("expired.mp4");
    await page.reload();
    await page.getByRole("region", { name: "Interrupted" }).waitFor();
    await dropped.abortAll();
    watched.stored.length = 0;
    await page.getByLabel("Choose videos").setInputFiles(file);
    await isWhole("expired.mp4");
  });
}
