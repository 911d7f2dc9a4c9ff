import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { pageDirectory } from "../../../console/buildPage";
import { infoOf } from "../../../console/server/info";
import { startConsole } from "../../../console/server/console";
import { readLocalSettings } from "../../../console/settings/localSettings";
import { ConsolePage } from "../../../testkit/browser/consolePage";
import type { Operator } from "../../ops/operator";
import { eventually } from "./eventually";
import { operatorAtRest } from "./stackAtRest";
import { describeInBrowser } from "./suite";

describeInBrowser("the frame of its views", () => {
  let operator: Operator;
  let shown: ConsolePage;
  let page: Page;
  before(async () => (operator = await operatorAtRest()));
  after(() => operator.stop());
  beforeEach(async () => {
    shown = await ConsolePage.open(operator.stack, { settings: await readLocalSettings({}) });
    page = await shown.page();
  });
  afterEach(() => shown.close());

  const tab = (name: string) => page.getByRole("navigation", { name: "Views" }).getByRole("link", { name });
  const heading = () => page.getByRole("heading", { level: 1 });
  const focused = () => page.evaluate<string>("document.activeElement.textContent");

  it("names stack and region, and in the document's title the view, too", async () => {
    await page.getByText("us-east-1").waitFor();
    await page.getByText("on this machine").waitFor();
    await tab("Settings").click();
    await eventually(page, "document.title === 'Settings · local run · video thumbnailer'");
    assert.equal(await tab("Settings").getAttribute("aria-current"), "page");
    assert.equal(await page.getByText("read-only").count(), 0);
  });

  it("gives the focus to the heading of a view that is gone to, and to none when the page opens", async () => {
    assert.equal(await page.evaluate("document.activeElement === document.body"), true);
    await tab("Failures").click();
    await heading().getByText("Failures").waitFor();
    assert.equal(await focused(), "Failures");
    await page.goBack();
    await heading().getByText("Videos").waitFor();
    assert.equal(await focused(), "Videos");
  });

  it("scrolls a view to where it was", async () => {
    await tab("Settings").click();
    await page.getByRole("heading", { name: "The stack", exact: true }).waitFor();
    await page.evaluate("scrollTo(0, 600)");
    await eventually(page, "scrollY === 600");
    await tab("Failures").click();
    await eventually(page, "scrollY === 0");
    await tab("Settings").click();
    await eventually(page, "scrollY === 600");
  });

  it("leads past the header by the keyboard, and stays in the view", async () => {
    await tab("Settings").click();
    await heading().getByText("Settings").waitFor();
    await page.evaluate("document.activeElement.blur(), getSelection().removeAllRanges()");
    await page.getByRole("link", { name: "Skip to the content" }).focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate("document.activeElement.id"), "main");
    await heading().getByText("Settings").waitFor();
  });

  it("says when the console does not answer, keeps what it has shown, and goes on by itself", async () => {
    await page.getByText("All done").waitFor();
    const other = await page.context().newPage();
    let isCut = true;
    await other.route("**/api/stream", (route) => (isCut ? route.abort() : route.continue()));
    await other.goto(shown.console.origin);
    await other.getByText("The console does not answer").waitFor();
    isCut = false;
    await other.getByText("All done").waitFor();
    await other.getByText("The console does not answer").waitFor({ state: "detached" });
  });

  it("asks for the new address of a console that was started anew, and goes on once it is open", async () => {
    await page.getByText("All done").waitFor();
    const { origin } = shown.console;
    await shown.console.stop();
    await page.getByText("The console does not answer").waitFor();
    await page.getByText("All done").waitFor();
    const info = infoOf(operator.stack, { isReadOnly: false, opsOptions: "--local" });
    const anew = await startConsole({
      ...{ stack: operator.stack, info, pageDirectory, port: Number(new URL(origin).port) },
      readSettings: () => Promise.resolve([]),
    });
    try {
      await page.getByText("was started anew").waitFor();
      const other = await page.context().newPage();
      await other.goto(anew.address);
      await page.getByText("was started anew").waitFor({ state: "detached" });
    } finally {
      await anew.stop();
    }
  });

  it("says that it is read-only", async () => {
    const readOnly = await ConsolePage.open(operator.stack, { isReadOnly: true });
    try {
      await (await readOnly.page()).getByText("read-only").waitFor();
    } finally {
      await readOnly.close();
    }
  });
});
