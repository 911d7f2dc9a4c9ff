import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { ConsolePage } from "../../../testkit/browser/consolePage";
import { findingsOf } from "../../../testkit/browser/axe";
import { manifestOf } from "../../ops/manifest";
import { Operator } from "../../ops/operator";
import { picture, thumbnail } from "./picture";
import { describeInBrowser } from "./suite";

const markup = `<img src=x onerror="document.title='run'"><script>document.title='run'</script>`;

describeInBrowser("what others have named and written", () => {
  const keys = [
    `${markup}.mp4`,
    `"'\`&amp;.mp4`,
    "100% #1?a=b&c+d.mp4",
    "../../api/stack.mp4",
    "javascript:document.title='run'.mp4",
    "gpj.\u202Efdp\n\t.mp4",
    "👩‍👩‍👧 مرحبا.mp4",
    `${"w".repeat(1010)}.mp4`,
  ];
  let operator: Operator;
  let shown: ConsolePage;
  let page: Page;
  before(async () => {
    operator = await Operator.start();
    operator.stack.outputs.extrasAskedFor = "storyboard=160.jpg";
    for (const [index, key] of keys.entries()) {
      operator.bucket.put(key, index, { body: "no video" });
      const metadata = { "thumb-hash": `"${markup}`, "dominant-color": "url(javascript:0)", width: "-1" };
      operator.bucket.put(
        `thumb/${key.slice(0, -4)}.png`,
        index,
        thumbnail(key, picture(40, 90, 160), metadata),
      );
      const { frame, ...manifest } = manifestOf(key, { askedFor: "" });
      const judged = { timestampSeconds: 1, score: 0.5, verdicts: [markup.slice(0, 60)] };
      const choice = { score: 1, verdicts: ["\u202E<b>"], runnersUp: [judged] };
      const body = JSON.stringify({ ...manifest, frame: { ...frame, choice } });
      operator.bucket.put(`extras/${key}/manifest.json`, index, { body });
    }
    shown = await ConsolePage.open(operator.stack);
    page = await shown.page({ viewport: { width: 390, height: 800 } });
    await page.locator(".gallery img.is-shown").first().waitFor();
  });
  after(async () => {
    await shown.close();
    await operator.stop();
  });

  const isRun = async () => (await page.title()) === "run";
  const overflow = () =>
    page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

  it("is text in the gallery, and as wide as the page", async () => {
    assert.equal(await page.locator(".gallery script, .gallery [onerror]").count(), 0);
    assert.equal(await isRun(), false);
    assert.equal(await overflow(), 0);
    assert.deepEqual(await findingsOf(page), []);
  });

  // The bucket on the wire resolves the dots of `../` in what it is asked for, which S3 does not.
  for (const [index, key] of keys.filter((one) => !one.startsWith("..")).entries())
    it(`is text in the video's own view: ${JSON.stringify(key).slice(0, 40)}`, async () => {
      await page.evaluate(`location.hash = ${JSON.stringify(`#/video/${encodeURIComponent(key)}`)}`);
      await page.getByText("This browser does not play this video").waitFor();
      await page.getByRole("img", { name: "The thumbnail as it is now" }).waitFor();
      await page.getByRole("region", { name: "Also judged" }).waitFor();
      assert.equal(await page.locator("main script, main [onerror]").count(), 0);
      assert.equal(await isRun(), false);
      assert.equal(await overflow(), 0, key);
      if (process.env["SHOW_PAGE"] !== undefined && index === 0)
        await page.screenshot({ path: process.env["SHOW_PAGE"], fullPage: true });
      if (index === 0) assert.deepEqual(await findingsOf(page), []);
    });

  it("has the browser complain of nothing but the object whose address it makes another one of", () => {
    // It resolves the dots of `../../`, however they are written, and S3 has nothing there.
    assert.deepEqual(
      shown.complaints.filter((text) => !text.endsWith("a status of 404 (Not Found)")),
      [],
    );
  });
});
