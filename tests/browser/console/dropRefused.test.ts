import assert from "node:assert/strict";
import { DeleteBucketCorsCommand } from "@aws-sdk/client-s3";
import type { Page } from "playwright-core";
import { findChromium, howToGetChromium } from "../../../testkit/browser/chromium";
import { cardOf, DropPage, fileOf } from "./dropPage";

const title = "browser: an upload that is refused says why, and what to do";
if (process.env["TEST_BROWSER"] === undefined) it.skip(`${title} (run by npm run test:console)`);
else if (findChromium() === undefined) it.skip(`${title}: ${howToGetChromium}`);
else describe(title, refuse);

function refuse(this: Mocha.Suite): void {
  this.timeout(60_000);
  let dropped: DropPage;
  let page: Page;
  before(async () => {
    dropped = await DropPage.open();
  });
  after(() => dropped.stop());
  beforeEach(async () => {
    page = await dropped.shown.page();
  });
  afterEach(() => page.context().close());

  const choose = (...names: string[]) =>
    page.getByLabel("Choose videos").setInputFiles(names.map((name) => fileOf(name)));
  /** Has S3 answer so to every part. */
  const answer = (status: number, code: string, message: string) =>
    page.route(/X-Amz-Signature/, (route) =>
      route.fulfill({
        status,
        headers: { "access-control-allow-origin": "*" },
        body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
      }),
    );

  it("where the bucket's rules let no page upload: the command that lets this one, said once", async () => {
    await dropped.s3.send(new DeleteBucketCorsCommand({ Bucket: dropped.cloud.bucket }));
    await choose("a.mp4", "b.mp4", "c.mp4", "d.mp4", "e.mp4", "f.mp4");
    const problem = page.getByRole("alert");
    await problem.getByText("lets no page of this address upload (CORS)").waitFor();
    await problem.getByText("npx pulumi config set --path 'uploadOrigins[0]' 'http://127.0.0.1:*'").waitFor();
    await page.getByText("0 of 6 uploaded, 6 stopped").waitFor();
    assert.equal(await problem.count(), 1);
    await dropped.allowUploads();
    await page.getByRole("button", { name: "Retry all" }).click();
    await page.getByText(/^6 of 6 uploaded/).waitFor();
  });

  it("where they hide the ETag from it", async () => {
    await dropped.allowUploads([]);
    await choose("hidden.mp4");
    await page.getByRole("alert").getByText("lets no page of this address upload (CORS)").waitFor();
    await dropped.allowUploads();
    await page.getByRole("button", { name: "Retry hidden.mp4" }).click();
    await cardOf(page, "hidden.mp4").getByText("Uploaded").waitFor();
  });

  it("where the credentials lack a right: which", async () => {
    await answer(403, "AccessDenied", "Access Denied");
    await choose("denied.mp4");
    await page.getByRole("alert").getByText("s3:PutObject", { exact: true }).waitFor();
  });

  it("where the credentials have expired, and it goes on by itself", async () => {
    await answer(400, "ExpiredToken", "The provided token has expired.");
    await choose("expired.mp4");
    await cardOf(page, "expired.mp4").getByText("The provided token has expired.").waitFor();
    await page.unrouteAll();
    await cardOf(page, "expired.mp4").getByText("Uploaded").waitFor();
  });

  it("by S3 in words of its own, which are shown as text", async () => {
    await answer(400, "InvalidRequest", "Not &lt;b&gt;so&lt;/b&gt;");
    await choose("odd.mp4");
    await page.getByRole("alert").getByText("S3 says InvalidRequest: Not <b>so</b>").waitFor();
  });

  it("in a name that has no room in S3", async () => {
    await choose(`${"n".repeat(200)}.mp4`);
    await page.getByText("and").first().waitFor();
    await page.getByLabel("Into").fill("f".repeat(850));
    await page.getByLabel("Into").blur();
    await choose("long.mp4");
    await page.getByRole("alert").getByText("The name is too long").waitFor();
  });
}
