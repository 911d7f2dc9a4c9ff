import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { openInBrowser } from "../../../console/openInBrowser";
import { findChromium, howToGetChromium } from "../../../testkit/browser/chromium";
import { ConsolePage } from "../../../testkit/browser/consolePage";
import { Operator } from "../../ops/operator";

/** A page that does to a console whatever a page of its port can. */
function neighbourOf(origin: string): string {
  return `<!doctype html><title>Neighbour</title><script type="module">
    const tried = {
      read: () => fetch("${origin}/api/stack", { credentials: "include" }),
      sent: () => fetch("${origin}/api/redrive", { method: "POST", mode: "no-cors", credentials: "include", body: '{"selection":"all"}' }),
      picture: () => load("img", "${origin}/media/output?key=thumb/a.png"),
      frame: () => load("iframe", "${origin}/"),
    };
    function load(tag, src) {
      return new Promise((resolve, reject) => {
        document.body.append(Object.assign(document.createElement(tag), { src, onload: resolve, onerror: reject }));
      });
    }
    const list = document.createElement("ul");
    for (const [name, attempt] of Object.entries(tried)) {
      const item = document.createElement("li");
      item.textContent = name + ": " + (await attempt().then(() => "loaded", () => "refused"));
      list.append(item);
    }
    document.body.append(list);
  </script>`;
}

const title = "browser: the console's page";
if (process.env["TEST_BROWSER"] === undefined) it.skip(`${title} (run by npm run test:console)`);
else if (findChromium() === undefined) it.skip(`${title}: ${howToGetChromium}`);
else
  describe(title, function () {
    this.timeout(60_000);
    let operator: Operator;
    let shown: ConsolePage;

    before(async () => {
      operator = await Operator.start();
      shown = await ConsolePage.open(operator.stack);
    });
    after(async () => {
      await shown.close();
      await operator.stop();
    });

    it("is opened by a file that this user alone can read, and that is gone afterwards", async () => {
      const page = await shown.browser.newPage();
      let opened = "";
      const remove = await openInBrowser(shown.console.address, async (file) => {
        opened = file;
        assert.ok(!file.includes("token"));
        await page.goto(pathToFileURL(file).href);
      });
      await page.getByRole("navigation", { name: "Views" }).waitFor();
      assert.equal(page.url(), `${shown.console.origin}/`);
      const modes = [opened, path.dirname(opened)].map((file) => statSync(file).mode & 0o777);
      assert.deepEqual(modes, [0o600, 0o700]);
      await remove();
      assert.ok(!existsSync(path.dirname(opened)));
      await page.reload();
      await page.getByRole("navigation", { name: "Views" }).waitFor();
      const [cookie] = await page.context().cookies();
      assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, "Strict"]);
      await page.context().close();
    });

    it("is no page's of another port of this machine, whose requests have the cookie", async () => {
      const { origin } = shown.console;
      const neighbour = createServer((_, answer) => {
        answer.setHeader("content-type", "text/html").end(neighbourOf(origin));
      }).listen(0, "127.0.0.1");
      await once(neighbour, "listening");
      const page = await shown.page();
      // What the console's own page still loads is none of it.
      await page.goto("about:blank");
      const statuses: number[] = [];
      page.on("response", (response) => {
        if (response.url().startsWith(origin)) statuses.push(response.status());
      });
      await page.goto(`http://127.0.0.1:${(neighbour.address() as AddressInfo).port}`);
      await page.getByRole("list").waitFor();
      const came = await page.getByRole("list").getByRole("listitem").allTextContents();
      assert.deepEqual(came, ["read: refused", "sent: refused", "picture: refused", "frame: loaded"]);
      assert.ok(statuses.length > 0);
      assert.deepEqual(
        statuses.filter((status) => status !== 403),
        [],
      );
      assert.deepEqual(await operator.depth(operator.stack.outputs.jobQueueUrl), { visible: 0, hidden: 0 });
      neighbour.close();
      neighbour.closeAllConnections();
      await page.context().close();
    });

    it("asks no other host for anything", async () => {
      const context = await shown.browser.newContext();
      const page = await context.newPage();
      const hosts = new Set<string>();
      page.on("request", (request) => hosts.add(new URL(request.url()).hostname));
      await page.goto(shown.console.address);
      await page.getByRole("navigation", { name: "Views" }).waitFor();
      assert.deepEqual([...hosts], ["127.0.0.1"]);
      await context.close();
    });
  });
