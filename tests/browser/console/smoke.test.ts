import assert from "node:assert/strict";
import { findChromium, howToGetChromium } from "../../../testkit/browser/chromium";
import { ConsolePage } from "../../../testkit/browser/consolePage";
import { Operator } from "../../ops/operator";

const title = "browser: the console opens";
if (process.env["TEST_BROWSER"] === undefined) it.skip(`${title} (run by npm run test:console)`);
else if (findChromium() === undefined) it.skip(`${title}: ${howToGetChromium}`);
else
  it(title, async function () {
    this.timeout(60_000);
    const operator = await Operator.start();
    const shown = await ConsolePage.open(operator.stack);
    try {
      const page = await shown.page();
      await page.getByText("local run").waitFor();
      assert.equal(page.url(), `${shown.console.origin}/`);
      assert.deepEqual(shown.complaints, []);
    } finally {
      await shown.close();
      await operator.stop();
    }
  });
