import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { brokenImage } from "../../../local/faults/ecs/taskStart";
import { noCapacity } from "../../../local/faults/ecs/launchLimits";
import type { Faults } from "../../../local/faults/faults";
import { s3Troubles } from "../../../local/faults/s3Troubles";
import { sqsTroubles } from "../../../local/faults/sqsTroubles";
import type { Stack } from "../../../ops/stack";
import { ConsolePage, stackOf } from "../../../testkit/browser/consolePage";
import { Stage } from "../../faults/stage";
import { cardOf, sample } from "./dropPage";
import { describeInBrowser } from "./suite";

describeInBrowser("of a stack in trouble", () => {
  let stage: Stage;
  let stack: Stack;
  let shown: ConsolePage;
  let page: Page;
  let isImageBroken = false;
  let lacksCapacity = false;

  let isBadDay = false;
  /** Faults of S3's and SQS's that come on some days alone. */
  const onBadDays = ({ s3, sqs }: Faults): Faults => ({
    ...(s3 && { s3: (request, next) => (isBadDay ? s3(request, next) : next()) }),
    ...(sqs && { sqs: (call, pass) => (isBadDay ? sqs(call, pass) : pass(call)) }),
  });

  before(async () => {
    stage = await Stage.start({
      config: { thumbnailFormat: "webp", uploadOrigins: '["http://127.0.0.1:*"]' },
      factor: 20,
      faults: ({ injector, callers }) => [
        brokenImage(injector, () => isImageBroken, 30),
        noCapacity(injector, () => (lacksCapacity ? 1 : 0)),
        onBadDays(s3Troubles(injector, callers, { slowDown: 0.1, internalError: 0.1, cut: 0.1 })),
        onBadDays(sqsTroubles(injector, callers, { fails: 0.1, twiceAtOnce: 0.2, againAfterDelete: 0.2 })),
      ],
    });
    stack = stackOf(stage.cloud);
    shown = await ConsolePage.open(stack);
    page = await shown.page();
  });
  after(async () => {
    await shown.close();
    stack.destroy();
    await stage.stop();
  });

  const status = () => page.getByRole("region", { name: "Status" });
  const upload = async (...names: string[]) => {
    const buffer = readFileSync(sample);
    const files = names.map((name) => ({ name, mimeType: "video/mp4", buffer }));
    await page.getByLabel("Choose videos").setInputFiles(files);
  };
  const isSeen = (name: string) =>
    cardOf(page, name)
      .getByText(/Picture \d/)
      .waitFor();

  it("says that a worker starts, that it died young and of what, and shows the picture that the next one takes", async () => {
    isImageBroken = true;
    await upload("first.mp4");
    await cardOf(page, "first.mp4").getByText("A worker is starting").waitFor();
    await status().getByText("1 starting").waitFor();
    await status().getByText("1 worker died young").click();
    await status().getByText("CannotPullContainerError").first().waitFor();
    isImageBroken = false;
    await isSeen("first.mp4");
  });

  it("says that no worker runs where there is no room for one, and shows the picture once there is", async () => {
    await stage.until(() => stage.runningTasks() === 0);
    lacksCapacity = true;
    await upload("second.mp4");
    await status().getByText("Jobs wait and no worker runs").waitFor();
    lacksCapacity = false;
    await isSeen("second.mp4");
  });

  it("shows the picture of each of five videos on a bad day of S3's and SQS's", async () => {
    isBadDay = true;
    const names = Array.from({ length: 5 }, (_, index) => `${index}.mp4`);
    await upload(...names);
    for (const name of names) await isSeen(name);
    await status().getByText("All done").waitFor();
    isBadDay = false;
    assert.deepEqual(shown.complaints, []);
    assert.ok(stage.parts.injector.injected.size > 3, [...stage.parts.injector.injected.keys()].join());
  });
});
