import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { ConsolePage } from "../../../testkit/browser/consolePage";
import { Operator } from "../../ops/operator";
import { picture, thumbnail } from "./picture";
import { describeInBrowser } from "./suite";

describeInBrowser("a gallery of thousands", () => {
  const videos = 5000;
  let operator: Operator;
  let shown: ConsolePage;
  let page: Page;
  let questions = 0;
  before(async () => {
    operator = await Operator.start();
    const blue = picture(40, 90, 160);
    for (let number = 1; number <= videos; number++) {
      const key = `films/${String(number).padStart(4, "0")} Übung.mp4`;
      operator.bucket.put(`thumb/${key.slice(0, -4)}.png`, number, thumbnail(key, blue));
    }
    operator.bucket.put("thumb/strange.txt", 1, { body: "no thumbnail" });
    shown = await ConsolePage.open(operator.stack);
    page = await shown.page();
    page.on("request", (request) => {
      if (request.url().endsWith("/api/thumbnails")) questions += 1;
    });
    await cards().first().waitFor();
  });
  after(async () => {
    await shown.close();
    await operator.stop();
  });

  const cards = () => page.locator(".gallery li");
  const names = () => page.locator(".gallery .key").allInnerTexts();
  const shownPictures = () => page.locator(".gallery img.is-shown");

  it("shows the newest first, with their pictures, and says how many there are", async () => {
    await shownPictures().first().waitFor();
    assert.equal((await names())[0], "films/5000 Übung.mp4");
    await page.getByText("5,000 videos").waitFor();
    assert.equal(await page.getByRole("listitem").first().getAttribute("aria-setsize"), null);
    assert.equal(await cards().first().getAttribute("aria-setsize"), "5000");
    if (process.env["SHOW_PAGE"] !== undefined) await page.screenshot({ path: process.env["SHOW_PAGE"] });
  });

  it("draws no more of it than what is to be seen, and the last one at its end", async () => {
    assert.ok((await cards().count()) < 100);
    await page.keyboard.press("End");
    await page.getByText("films/0001 Übung.mp4").waitFor();
    assert.ok((await cards().count()) < 100);
    await page.keyboard.press("Home");
    await page.getByText("films/5000 Übung.mp4").waitFor();
  });

  it("finds videos by parts of their keys, in any case and without their accents", async () => {
    const search = page.getByRole("searchbox");
    await search.fill("ubung 49");
    await page.getByText(/^\d+ of 5,000 videos$/).waitFor();
    assert.ok((await names()).every((name) => name.includes("49")));
    await search.fill("4321");
    await page.getByText("1 of 5,000 videos").waitFor();
    assert.deepEqual(await names(), ["films/4321 Übung.mp4"]);
    await search.fill("nowhere");
    await page.getByText("No key has “nowhere” in it.").waitFor();
    await search.fill("");
  });

  it("shows a thumbnail that comes, without being loaded anew, and one that is replaced", async () => {
    const key = "new.mp4";
    operator.bucket.put("thumb/new.png", 6000, thumbnail(key, picture(200, 30, 30)));
    await page.getByText("new.mp4").waitFor();
    assert.equal((await names())[0], key);
    await page.getByText("5,001 videos").waitFor();
  });

  it("asks for what is known of the cards that are seen, and of no others", () => {
    assert.ok(operator.bucket.heads < 1000, String(operator.bucket.heads));
    assert.ok(questions < 50, String(questions));
  });

  it("has nothing to complain of", () => {
    assert.deepEqual(shown.complaints, []);
  });
});
