import assert from "node:assert/strict";
import type { BrowserContextOptions, Page } from "playwright-core";
import { readLocalSettings } from "../../../console/settings/localSettings";
import { findingsOf } from "../../../testkit/browser/axe";
import { ConsolePage } from "../../../testkit/browser/consolePage";
import { failure, invocationRecord, type Operator } from "../../ops/operator";
import { operatorAtRest } from "./stackAtRest";
import { describeInBrowser } from "./suite";

const looks: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  "on a narrow screen": { viewport: { width: 320, height: 700 } },
  "in forced colours": { forcedColors: "active" },
};

describeInBrowser("what axe finds", () => {
  let operator: Operator;
  let shown: ConsolePage;
  before(async () => {
    operator = await operatorAtRest();
    const { failedJobsQueueUrl, failedEventsQueueUrl } = operator.stack.outputs;
    await operator.send(
      failedJobsQueueUrl,
      failure("a.mp4"),
      failure(`${"long".repeat(200)}.mp4`, "too costly: memory"),
      "no job",
    );
    await operator.send(failedEventsQueueUrl, invocationRecord("onVideoUploaded-1a", ["d.mp4"]));
    const settings = await readLocalSettings({ storyboard: "true" });
    shown = await ConsolePage.open(operator.stack, { settings });
  });
  after(async () => {
    await shown.close();
    await operator.stop();
  });

  for (const [look, options] of Object.entries(looks))
    it(`is nothing, in any view, with its questions and what opens open: ${look}`, async () => {
      const page = await shown.page(options);
      await page.getByText("3 failed jobs and 1 failed event").waitFor();
      await view(page, "Videos", "heading", "Videos");
      await view(page, "Failures", "button", "Make their jobs");
      await page.getByRole("button", { name: "Send all again" }).click();
      await page.getByRole("dialog").waitFor();
      assert.deepEqual(await findingsOf(page), []);
      await page.keyboard.press("Escape");
      await view(page, "Settings", "heading", "The stack");
      await page.getByText("Change storyboard", { exact: true }).click();
      assert.deepEqual(await findingsOf(page), []);
      await page.context().close();
    });

  async function view(page: Page, name: string, role: "heading" | "button", sign: string): Promise<void> {
    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name }).click();
    await page.getByRole(role, { name: sign, exact: true }).waitFor();
    assert.deepEqual(await findingsOf(page), []);
    assert.equal(await page.evaluate("document.documentElement.scrollWidth > innerWidth"), false);
  }
});
