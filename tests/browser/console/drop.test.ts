import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { findChromium, howToGetChromium } from "../../../testkit/browser/chromium";
import { ConsolePage } from "../../../testkit/browser/consolePage";
import { Operator } from "../../ops/operator";
import { cardOf, DropPage, fileOf, fileOfParts, sample, slowDown } from "./dropPage";

const title = "browser: videos are dropped on the console";
if (process.env["TEST_BROWSER"] === undefined) it.skip(`${title} (run by npm run test:console)`);
else if (findChromium() === undefined) it.skip(`${title}: ${howToGetChromium}`);
else describe(title, drop);

function drop(this: Mocha.Suite): void {
  this.timeout(60_000);
  let dropped: DropPage;
  let page: Page;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "drop-"));
    dropped = await DropPage.open({ thumbnailFormat: "webp", thumbnailWidth: "320", warmWorkers: "1" });
  });
  after(async () => {
    await dropped.stop();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    page = await dropped.shown.page();
    dropped.shown.complaints.length = 0;
  });
  afterEach(() => page.context().close());

  const choose = (files: string | ReturnType<typeof fileOf>[]) =>
    page.getByLabel("Choose videos").setInputFiles(files);
  const into = async (name: string) => {
    await page.getByLabel("Into").fill(name);
    await page.getByLabel("Into").blur();
  };

  it("each has its card, and the card its picture, with the seconds that each step took", async () => {
    await choose(sample);
    const card = cardOf(page, "sample.mp4");
    await card.getByText(/Picture \d/).waitFor();
    const picture = card.locator("img");
    await picture.waitFor();
    await picture.evaluate((image: { decode(): Promise<void> }) => image.decode());
    assert.match(await card.innerText(), /Uploaded \d.*Picture \d/s);
    assert.equal(await card.getByRole("link").getAttribute("href"), "#/video/sample.mp4");
    assert.deepEqual(dropped.shown.complaints, []);
  });

  it("a file that is no video is told to have failed, and why", async () => {
    await choose([fileOf("noise.mp4")]);
    const card = cardOf(page, "noise.mp4");
    await card.getByText(/Failed \d/).waitFor();
    await card.getByRole("link", { name: "What to do" }).waitFor();
    assert.match(await card.innerText(), /not a video/);
  });

  it("several, of which those that are no videos are left out and named", async () => {
    await into("/several/");
    await choose([fileOf("a.mp4"), fileOf("b.MP4"), fileOf("c.Mp4"), fileOf("d.txt"), fileOf("e.mp4", 0)]);
    await page
      .getByText("2 files were left out, which are no videos by their names: c.Mp4, d.txt.")
      .waitFor();
    await page.getByText("1 file was left out, which is empty: e.mp4.").waitFor();
    await cardOf(page, "a.mp4").getByText("Uploaded").waitFor();
    await cardOf(page, "b.MP4").getByText("Uploaded").waitFor();
    assert.deepEqual(await dropped.keys("several/"), ["several/a.mp4", "several/b.MP4"]);
  });

  it("a folder keeps its own folders", async () => {
    mkdirSync(path.join(folder, "trip", "day 1"), { recursive: true });
    for (const name of ["a.mp4", "day 1/b.mp4", "notes.txt"])
      writeFileSync(path.join(folder, "trip", name), name);
    await into("folders");
    await page.getByLabel("Choose a folder").setInputFiles(path.join(folder, "trip"));
    await cardOf(page, "folders/trip/day 1/b.mp4").getByText("Uploaded").waitFor();
    await cardOf(page, "folders/trip/a.mp4").getByText("Uploaded").waitFor();
    assert.deepEqual(await dropped.keys("folders/"), ["folders/trip/a.mp4", "folders/trip/day 1/b.mp4"]);
  });

  it("anywhere on the page, in every view", async () => {
    await page.goto(`${dropped.shown.console.origin}/#/settings`);
    const transfer = await page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["a"], "dropped.mp4", { type: "video/mp4" }));
      return transfer;
    })()`);
    await page.dispatchEvent("main", "dragover", { dataTransfer: transfer });
    await page.dispatchEvent("main", "drop", { dataTransfer: transfer });
    await cardOf(page, "dropped.mp4").getByText("Uploaded").waitFor();
    assert.deepEqual(await dropped.keys("dropped"), ["dropped.mp4"]);
  });

  it("nothing is left of one that was cancelled while it was sent", async () => {
    await slowDown(page, 2_000_000);
    await choose([fileOfParts("cancelled.mp4", 3)]);
    const card = cardOf(page, "cancelled.mp4");
    await card.getByText("/s").waitFor();
    assert.deepEqual(await dropped.unfinished(), ["cancelled.mp4"]);
    await card.getByRole("button", { name: "Cancel cancelled.mp4" }).click();
    await card.waitFor({ state: "detached" });
    while ((await dropped.unfinished()).length > 0) await page.waitForTimeout(20);
    assert.deepEqual(await dropped.keys("cancelled"), []);
    assert.equal(await page.evaluate("localStorage.getItem('uploads')"), "[]");
  });

  it("before one of the bucket is replaced, it is asked", async () => {
    await into("replaced");
    await choose([fileOf("a.mp4")]);
    await cardOf(page, "replaced/a.mp4").getByText("Uploaded").waitFor();
    await choose([fileOf("a.mp4", 2000), fileOf("b.mp4")]);
    const dialog = page.getByRole("dialog", { name: "1 of 2 videos is in the bucket already" });
    await dialog.getByText("replaced/a.mp4").waitFor();
    await dialog.getByRole("button", { name: "Leave it out" }).click();
    await cardOf(page, "replaced/b.mp4").getByText("Uploaded").waitFor();
    assert.equal((await dropped.sizes("replaced/")).get("replaced/a.mp4"), 1000);
    await choose([fileOf("a.mp4", 2000)]);
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await choose([fileOf("a.mp4", 2000)]);
    await page.getByRole("dialog").getByRole("button", { name: "Replace it" }).click();
    await cardOf(page, "2 KB").getByText("Uploaded").waitFor();
    assert.equal((await dropped.sizes("replaced/")).get("replaced/a.mp4"), 2000);
  });

  it("thousands do not stop the page, which shows those that move and counts the rest", async () => {
    await into("many");
    await page.route(/X-Amz-Signature/, () => undefined);
    await page.evaluate(`(() => {
      const transfer = new DataTransfer();
      for (let i = 0; i < 3000; i++) transfer.items.add(new File(["video " + i], "v" + i + ".mp4"));
      const input = document.querySelector("input[type=file]");
      input.files = transfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    })()`);
    await page.getByText("and 2900 more").waitFor();
    await page.getByRole("button", { name: "Cancel all" }).click();
    await page.getByRole("region", { name: "Uploads" }).waitFor({ state: "detached" });
  });

  it("only under the prefixes that the stack takes videos from, where it has some", async () => {
    const operator = await Operator.start();
    operator.stack.outputs.videoPrefixes = ["in/", "more/"];
    const shown = await ConsolePage.open(operator.stack);
    try {
      page = await shown.page();
      await page.getByLabel("Into").selectOption("more/");
      const asked = page.waitForRequest("**/api/uploads/exists");
      await choose([fileOf("a.mp4")]);
      assert.deepEqual((await asked).postDataJSON(), { keys: ["more/a.mp4"] });
    } finally {
      await shown.close();
      await operator.stop();
    }
  });

  it("nowhere in a console that only looks", async () => {
    const operator = await Operator.start();
    const shown = await ConsolePage.open(operator.stack, { isReadOnly: true });
    try {
      page = await shown.page();
      await page.getByRole("heading", { name: "Videos" }).waitFor({ state: "attached" });
      assert.equal(await page.getByRole("region", { name: "Upload" }).count(), 0);
    } finally {
      await shown.close();
      await operator.stop();
    }
  });
}
