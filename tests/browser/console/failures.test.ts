import assert from "node:assert/strict";
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import type { Page } from "playwright-core";
import { ConsolePage, type ConsoleUnderTest } from "../../../testkit/browser/consolePage";
import { failure, invocationRecord, type Operator } from "../../ops/operator";
import { operatorAtRest } from "./stackAtRest";
import { describeInBrowser } from "./suite";

describeInBrowser("failures", () => {
  let operator: Operator;
  let shown: ConsolePage;
  before(async () => (operator = await operatorAtRest()));
  after(() => operator.stop());
  beforeEach(() => operator.reset());
  afterEach(async () => {
    await shown.close();
    assert.deepEqual(shown.complaints, []);
  });

  const failed = (...bodies: (object | string)[]) =>
    operator.send(operator.stack.outputs.failedJobsQueueUrl, ...bodies);
  const waiting = async () => (await operator.depth(operator.stack.outputs.jobQueueUrl)).visible;

  async function open(given?: ConsoleUnderTest): Promise<Page> {
    shown = await ConsolePage.open(operator.stack, given);
    const page = await shown.page();
    await page.getByRole("link", { name: "Failures" }).click();
    return page;
  }

  it("explain themselves: what the reason means and what to do, all videos of one reason together", async () => {
    await failed(
      failure("a.mp4"),
      failure("b.mp4", "not a video: it is empty"),
      failure("c.mp4", "too costly: it takes 600 MiB"),
    );
    const page = await open();
    const group = page.getByRole("region", { name: "Not a video" });
    await group.getByText("2 jobs").waitFor();
    await group.getByText("Upload a video, or leave it.").waitFor();
    await group.getByText("not a video: it is empty").waitFor();
    assert.equal(
      await page.getByRole("region", { name: "Too costly" }).locator("code").innerText(),
      "taskMemory",
    );
    assert.match(await page.title(), /^Failures \(3\) · local run/);
    assert.equal(await group.getByRole("link", { name: "a.mp4" }).getAttribute("href"), "#/video/a.mp4");
  });

  it("show hostile keys and reasons as text in which nothing hides", async () => {
    const key = "<img src=x onerror=alert(1)>\u202egpj.mp4";
    await failed(failure(key, "not a video: <b>\u2028bold</b>"), failure(`${"k".repeat(1000)}.mp4`));
    const page = await open();
    await page.getByText("<img src=x onerror=alert(1)>\\u{202e}gpj.mp4").waitFor();
    await page.getByText("not a video: <b>\\u{2028}bold</b>").waitFor();
    assert.equal(await page.locator("main img").count(), 0);
    assert.equal(await page.evaluate("document.documentElement.scrollWidth > innerWidth"), false);
  });

  it("are sent again by the keyboard alone, after a question that names stack, region, number and queues", async () => {
    await failed(failure("a.mp4"), failure("b.mp4"), failure("c.mp4"));
    const page = await open();
    await page.getByRole("checkbox", { name: "Select a.mp4" }).focus();
    await page.keyboard.press("Space");
    await page.getByRole("checkbox", { name: "Select c.mp4" }).focus();
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Send 2 selected jobs again" }).focus();
    await page.keyboard.press("Enter");
    const question = page.getByRole("dialog", { name: "Send 2 failed jobs again?" });
    await question.getByText("from the queue failed-jobs to jobs of the local run in us-east-1").waitFor();
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "detached" });
    assert.equal(await waiting(), 0);
    // The focus is where it was.
    await page.keyboard.press("Enter");
    await question.waitFor();
    await page.keyboard.press("Enter");
    const outcome = page.getByRole("group", { name: "What was sent" });
    await outcome.getByText("2 jobs sent to the workers.").waitFor();
    assert.equal(
      await outcome.evaluate("document.activeElement.getAttribute('aria-label')"),
      "What was sent",
    );
    await page.getByRole("link", { name: "a.mp4" }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: "b.mp4" }).waitFor();
    assert.equal(await waiting(), 2);
  });

  it("are sent again one by one, and all of them with what is no job", async () => {
    await failed(failure("a.mp4"), failure("b.mp4"), "no job at all");
    const page = await open();
    await page.getByRole("button", { name: "Send again: a.mp4" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Send again" }).click();
    await page.getByText("1 job sent to the workers.").first().waitFor();
    await page.getByRole("button", { name: "Send again: a.mp4" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Send all again" }).click();
    await page.getByRole("dialog", { name: "Send 2 failed jobs again?" }).waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Send again" }).click();
    await page.getByRole("heading", { name: "Nothing failed" }).waitFor();
    assert.equal(await waiting(), 3);
  });

  it("of events are made into jobs", async () => {
    await operator.send(
      operator.stack.outputs.failedEventsQueueUrl,
      invocationRecord("onVideoUploaded-1a", ["d.mp4", "e f.mp4"]),
    );
    operator.bucket.put("d.mp4", 1);
    operator.bucket.put("e f.mp4", 1);
    const page = await open();
    const events = page.getByRole("region", { name: "Failed events" });
    await events.getByText("e f.mp4").waitFor();
    await events.getByText("SQS is away").waitFor();
    await events.getByRole("button", { name: "Make their jobs" }).click();
    await page.getByRole("dialog").getByText("failed-events").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Make the jobs" }).click();
    await page.getByText("2 jobs sent to the workers.").first().waitFor();
    assert.equal(await waiting(), 2);
  });

  it("of another stack's bucket are not sent, and it is said why", async () => {
    await failed({ ...failure("a.mp4"), bucket: "anothers" });
    const page = await open();
    await page.getByRole("button", { name: "Send all again" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Send again" }).click();
    await page.getByText("0 jobs sent to the workers.").first().waitFor();
    await page.getByText("a.mp4 is of bucket anothers, not videos").waitFor();
  });

  it("can only be read where the console is read-only", async () => {
    await failed(failure("a.mp4"));
    const page = await open({ isReadOnly: true });
    await page.getByRole("link", { name: "a.mp4" }).waitFor();
    assert.equal(await page.locator("main").getByRole("button").count(), 0);
    assert.equal(await page.locator("main").getByRole("checkbox").count(), 0);
  });

  it("are drawn a hundred at a time where there are a thousand, and chosen all at once", async () => {
    const { sqs, outputs } = operator.stack;
    for (let first = 0; first < 1000; first += 10)
      await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: outputs.failedJobsQueueUrl,
          Entries: Array.from({ length: 10 }, (_, index) => ({
            Id: String(index),
            MessageBody: JSON.stringify(failure(`many/${first + index}.mp4`)),
          })),
        }),
      );
    const page = await open();
    await page.getByText("1,000 jobs").waitFor();
    assert.equal(await page.locator("tbody tr").count(), 100);
    await page.getByRole("button", { name: "Show 100 more of 900" }).click();
    assert.equal(await page.locator("tbody tr").count(), 200);
    await page.getByRole("checkbox", { name: "Select all", exact: true }).check();
    await page.getByRole("button", { name: "Send 1,000 selected jobs again" }).waitFor();
  });
});
