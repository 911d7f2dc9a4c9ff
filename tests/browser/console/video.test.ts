import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { GetObjectTaggingCommand } from "@aws-sdk/client-s3";
import type { Page } from "playwright-core";
import { startLocalCloud } from "../../../local/cloud";
import type { LocalCloud } from "../../../local/localCloud";
import type { Stack } from "../../../ops/stack";
import { findingsOf } from "../../../testkit/browser/axe";
import { ConsolePage, stackOf } from "../../../testkit/browser/consolePage";
import { VideoFolder } from "../../../testkit/videoFolder";
import { describeInBrowser } from "./suite";

const sample = path.join(__dirname, "../../../samples/sample.mp4");

describeInBrowser("a video of a local run", () => {
  const key = "films/my & sample.mp4";
  let cloud: LocalCloud;
  let stack: Stack;
  let shown: ConsolePage;
  let page: Page;
  let folder: VideoFolder;
  before(async () => {
    cloud = await startLocalCloud({
      config: { thumbnailTimestamp: "00:02", storyboard: "true", preview: "true", warmWorkers: "1" },
    });
    stack = stackOf(cloud);
    folder = await VideoFolder.create();
    shown = await ConsolePage.open(stack);
    await cloud.upload(sample, key);
    await cloud.outcome(key);
    page = await shown.page();
  });
  after(async () => {
    await shown.close();
    stack.destroy();
    await cloud.stop();
    await folder.remove();
  });

  const player = () => page.locator("video");
  const tagOf = async () => {
    const { TagSet = [] } = await cloud.clients.s3.send(
      new GetObjectTaggingCommand({ Bucket: cloud.bucket, Key: key }),
    );
    return TagSet.find(({ Key }) => Key === "thumbnail-timestamp")?.Value;
  };
  const currentTime = () => player().evaluate((video: { currentTime: number }) => video.currentTime);
  const pictureAddress = () =>
    page.getByRole("img", { name: "The thumbnail as it is now" }).getAttribute("src");

  it("moves on its card: its preview, and its storyboard under the pointer", async () => {
    const card = page.locator(".video-card");
    await card.locator("img.is-shown").waitFor();
    await page.getByText("0:08").waitFor();
    await card.focus();
    await card.locator("img.video-card-preview").waitFor();
    const { x, y, width, height } = (await card.locator(".video-card-picture").boundingBox())!;
    await page.mouse.move(x + 0.1 * width, y + height / 2);
    const tile = card.locator("svg.tile image");
    await tile.waitFor();
    const first = await tile.getAttribute("x");
    await page.mouse.move(x + 0.9 * width, y + height / 2);
    await page.locator(".video-card-time", { hasText: "0:07" }).waitFor();
    assert.notEqual([first, "0"].join(), [await tile.getAttribute("x"), await tile.getAttribute("y")].join());
  });

  it("opens in a player that plays it and has its storyboard over the time line", async () => {
    await page.locator(".video-card").click();
    await page.getByRole("heading", { level: 1, name: key }).waitFor();
    await page.getByRole("button", { name: "play", exact: true }).click();
    await page.waitForFunction(() => {
      const { document } = globalThis as unknown as {
        document: { querySelector(name: string): { currentTime: number } };
      };
      return document.querySelector("video").currentTime > 0.2;
    });
    await page.getByRole("button", { name: "pause", exact: true }).click();
    const range = page.locator("media-time-range");
    const { x, y, width, height } = (await range.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.locator("media-controller[mediapreviewimage*='/media/output?key=']").waitFor();
    assert.deepEqual(shown.complaints, []);
  });

  it("has the worker choose where a setting did, which shows what else it judged", async () => {
    await page.getByText("The stack's setting thumbnailTimestamp chose the frame.").waitFor();
    await page.getByRole("button", { name: "Let the worker choose" }).click();
    await page.getByText(/^The worker chose the frame, and gave it \d+ of 100\./).waitFor();
    assert.equal(await tagOf(), "auto");
  });

  it("has nothing for axe to find, with its player and its choice of frames", async () => {
    const { length } = shown.complaints;
    const findings = await findingsOf(page);
    // axe copies the styles of shadow roots, which the page's policy refuses it.
    shown.complaints.length = length;
    assert.deepEqual(findings, []);
  });

  it("goes to a frame that the automatic choice judged, too", async () => {
    const runnersUp = page.getByRole("region", { name: "Also judged" }).getByRole("button");
    await runnersUp.first().waitFor();
    const text = await runnersUp.first().innerText();
    const [, minutes = "", seconds = ""] = /(\d+):(\d+\.\d+)/.exec(text) ?? [];
    await runnersUp.first().click();
    await page.getByRole("button", { name: `Use this frame (${minutes}:${seconds})` }).waitFor();
    assert.ok(Math.abs((await currentTime()) - (60 * Number(minutes) + Number(seconds))) < 0.002);
  });

  it("has another frame for its thumbnail when somebody chooses one, and shows it by itself", async () => {
    const before = await pictureAddress();
    await player().evaluate((video: { currentTime: number }) => {
      video.currentTime = 6.02;
    });
    await page.getByRole("button", { name: "Use this frame (0:06.000)" }).click();
    await page
      .getByText("Somebody chose the frame at 00:00:06.000. The thumbnail is the frame at 0:06.000.")
      .waitFor();
    assert.equal(await tagOf(), "00:00:06.000");
    await page.getByText("The new thumbnail is there.").waitFor();
    assert.notEqual(await pictureAddress(), before);
  });

  it("is shown again after the page is loaded anew", async () => {
    await page.reload();
    await page.getByRole("heading", { level: 1, name: key }).waitFor();
    await page.getByText("Somebody chose the frame at 00:00:06.000.").waitFor();
  });

  it("goes back to the setting's choice when the choice is taken back", async () => {
    await page.getByRole("button", { name: "Take the choice back" }).click();
    await page.getByText("The stack's setting thumbnailTimestamp chose the frame.").waitFor();
    assert.equal(await tagOf(), undefined);
    await page.getByText("The new thumbnail is there.").waitFor();
  });

  it("whose picture starts late has the very frame that the player shows", async () => {
    const late = folder.file("late.mp4");
    const picture = ["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4"];
    execFileSync("ffmpeg", [...picture, "-c:v", "libx264", "-bf", "2", "-output_ts_offset", "1.5", late]);
    await cloud.upload(late, "late.mp4");
    await cloud.outcome("late.mp4");
    await page.goto(`${shown.console.origin}/#/video/late.mp4`);
    await page.getByRole("button", { name: "Use this frame (0:00.000)" }).waitFor();
    await player().evaluate((video: { currentTime: number }) => {
      video.currentTime = 3.03;
    });
    await page.getByRole("button", { name: "Use this frame (0:01.520)" }).click();
    await page.getByText("The thumbnail is the frame at 0:01.520.").waitFor();
  });

  it("has nothing to complain of", () => {
    assert.deepEqual(shown.complaints, []);
  });
});
