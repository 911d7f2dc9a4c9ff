import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Setting } from "../../../console/messages";
import { readLocalSettings } from "../../../console/settings/localSettings";
import { ConsolePage } from "../../../testkit/browser/consolePage";
import type { Operator } from "../../ops/operator";
import { operatorAtRest } from "./stackAtRest";
import { describeInBrowser } from "./suite";

describeInBrowser("settings", () => {
  let operator: Operator;
  let shown: ConsolePage;
  before(async () => (operator = await operatorAtRest()));
  after(() => operator.stop());
  afterEach(() => shown.close());

  async function open(settings: Setting[]): Promise<Page> {
    shown = await ConsolePage.open(operator.stack, { settings });
    const page = await shown.page({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("link", { name: "Settings" }).click();
    return page;
  }
  const keys = (page: Page) => page.locator(".setting-key").allInnerTexts();

  it("are all shown by their concern, each with its meaning", async () => {
    const settings = await readLocalSettings({});
    const page = await open(settings);
    await page
      .getByRole("region", { name: "Workers", exact: true })
      .getByText("Most workers at once")
      .waitFor();
    assert.deepEqual(new Set(await keys(page)), new Set(settings.map(({ key }) => key)));
    assert.equal(await page.getByRole("region", { name: "Others" }).count(), 0, "a setting has no section");
    assert.deepEqual(shown.complaints, []);
  });

  it("are found by words of their keys and meanings, and by what was changed", async () => {
    const page = await open(await readLocalSettings({ storyboard: "true" }));
    await page.getByRole("searchbox").fill("portrait pixels");
    await page.getByText("1 setting", { exact: true }).waitFor();
    assert.deepEqual(await keys(page), ["thumbnailWidth"]);
    await page.getByRole("searchbox").fill("nowhere");
    await page.getByText("No setting has “nowhere” in it.").waitFor();
    await page.getByRole("searchbox").fill("");
    await page.getByRole("checkbox", { name: "Changed only" }).check();
    // The first and the last are the example's own.
    await page.getByText("3 settings").waitFor();
    assert.deepEqual(await keys(page), ["thumbnailTimestamp", "storyboard", "forceDestroy"]);
  });

  it("say what to type to change one, which can be copied", async () => {
    const page = await open(await readLocalSettings({ storyboard: "true" }));
    await page.getByText("Change storyboard", { exact: true }).click();
    await page.getByText("npm run console -- --config storyboard=false").waitFor();
    await page.getByRole("button", { name: "Copy what to type for storyboard", exact: true }).click();
    await page.getByText("Copied what to type for storyboard.").waitFor();
    assert.equal(
      await page.evaluate("navigator.clipboard.readText()"),
      "npm run console -- --config storyboard=false",
    );
  });

  it("are said not to be known where nobody tells them", async () => {
    const page = await open([]);
    await page.getByRole("heading", { name: "Not known" }).waitFor();
  });
});
