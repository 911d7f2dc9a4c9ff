import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { findChromium, howToGetChromium } from "../../../testkit/browser/chromium";
import { cardOf, DropPage, fileOf, sample, slowDown } from "./dropPage";

const title = "browser: videos are dropped on the console";
if (process.env["TEST_BROWSER"] === undefined) it.skip(`${title} (run by npm run test:console)`);
else if (findChromium() === undefined) it.skip(`${title}: ${howToGetChromium}`);
else describe(title, drop);

function drop(this: Mocha.Suite): void {
  this.timeout(60_000);
  let dropped: DropPage;
  let page: Page;
  before(async () => {
    dropped = await DropPage.open({ thumbnailFormat: "webp", thumbnailWidth: "320", warmWorkers: "1" });
  });
  after(() => dropped.stop());
  beforeEach(async () => {
    page = await dropped.shown.page();
    dropped.shown.complaints.length = 0;
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") { console.log(dropped.shown.complaints); await page.screenshot({ path: "/tmp/c-fail.png" }); }
    await page.context().close();
  });

  const choose = (...files: (ReturnType<typeof fileOf> | string)[]) =>
    page.getByLabel("Choose videos").setInputFiles(files as string[]);

  it("each has its card, and the card its picture, with the seconds that each step took", async () => {
    await choose(sample);
    const card = cardOf(page, "sample.mp4");
    await card.getByText(/Picture \d/).waitFor();
    await page.waitForFunction("document.querySelector('.upload-picture img')?.naturalWidth > 0");
    assert.match(await card.innerText(), /Uploaded \d.*Picture \d/s);
    assert.equal(await card.getByRole("link").getAttribute("href"), "#/video/sample.mp4");
    if (process.env["SHOW_PAGE"]) await page.screenshot({ path: process.env["SHOW_PAGE"] });
    assert.deepEqual(dropped.shown.complaints, []);
  });
}
