import assert from "node:assert/strict";
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { mockClient } from "aws-sdk-client-mock";
import type { Page } from "playwright-core";
import { startedByFleet } from "../../../contract/fleet";
import { EcsError } from "../../../local/services/ecs/ecsErrors";
import { connect, type Stack } from "../../../ops/stack";
import { ConsolePage } from "../../../testkit/browser/consolePage";
import { failure, job, type Operator } from "../../ops/operator";
import { operatorAtRest, tasksAre, workersAre } from "./stackAtRest";
import { describeInBrowser } from "./suite";

describeInBrowser("how the stack stands", () => {
  let operator: Operator;
  let shown: ConsolePage | undefined;
  before(async () => (operator = await operatorAtRest()));
  after(() => operator.stop());
  beforeEach(async () => {
    await operator.reset();
    workersAre(operator);
  });
  afterEach(() => shown?.close());

  async function open(stack: Stack = operator.stack): Promise<Page> {
    shown = await ConsolePage.open(stack);
    return shown.page();
  }
  const figure = (page: Page, name: string) =>
    page.getByRole("region", { name: "Status" }).locator(".figure", { hasText: name }).locator("dd");

  it("is said in words and in figures, which follow what goes on", async () => {
    const page = await open();
    await page.getByText("All done").waitFor();
    await operator.send(operator.stack.outputs.jobQueueUrl, job("a.mp4"), job("b.mp4"));
    await page.getByText("Jobs wait and no worker runs").waitFor();
    assert.equal(await figure(page, "Waiting").innerText(), "2");
    workersAre(operator, "RUNNING", "PENDING");
    await page.getByText("At work").waitFor();
    assert.equal(await figure(page, "Workers").innerText(), "1 + 1 starting");
    await operator.send(operator.stack.outputs.failedJobsQueueUrl, failure("c.mp4"));
    await page.getByText("1 failed job", { exact: true }).waitFor();
    assert.deepEqual(shown?.complaints, []);
  });

  it("tells workers that died young, and of what", async () => {
    const at = Date.now() / 1000;
    tasksAre(operator, {
      ...{ lastStatus: "STOPPED", desiredStatus: "STOPPED", startedBy: startedByFleet },
      ...{ createdAt: at - 20, startedAt: at - 12, stoppedAt: at - 10 },
      ...{ stopCode: "EssentialContainerExited", stoppedReason: "Essential container in task exited" },
      containers: [{ exitCode: 1, reason: "CannotPullContainerError" }],
    } as { desiredStatus: string });
    const page = await open();
    await page.getByText("1 worker died young").click();
    await page.getByText(/CannotPullContainerError|Essential container in task exited/).waitFor();
  });

  it("names the right that is missing in place of what it takes, and shows the rest", async () => {
    operator.ecs.operations = {
      ListTasks: () => {
        throw new EcsError("AccessDeniedException", "User is not authorized to perform: ecs:ListTasks");
      },
    };
    const page = await open();
    await page.getByText("The right that is missing: ecs:ListTasks").waitFor();
    assert.equal(await figure(page, "Workers").innerText(), "needs ecs:ListTasks");
    assert.equal(await figure(page, "Waiting").innerText(), "0");
  });

  it("says once that the credentials are no more, and goes on when they are there again", async () => {
    const { outputs, sqs } = operator.stack;
    const held = await sqs.config.credentials();
    let areThere = true;
    // Those that have an end are asked for anew.
    const credentials = () =>
      areThere
        ? Promise.resolve({ ...held, expiration: new Date() })
        : Promise.reject(
            Object.assign(new Error("Could not load credentials from any providers"), {
              name: "CredentialsProviderError",
            }),
          );
    const endpoints = {
      ...{ s3: operator.bucket.endpoint, ecs: operator.ecs.endpoint },
      ...{ sqs: new URL(outputs.jobQueueUrl).origin, sns: new URL(outputs.jobQueueUrl).origin },
    };
    const stack = connect("local run", outputs, { endpoints, credentials: credentials as never });
    const page = await open(stack);
    await page.getByText("All done").waitFor();
    areThere = false;
    const said = page.getByRole("region", { name: "Status" }).getByText("There are no AWS credentials");
    await said.first().waitFor();
    assert.equal(await said.count(), 1);
    assert.equal(await figure(page, "Waiting").innerText(), "not known");
    areThere = true;
    await page.getByText("All done").waitFor();
    stack.destroy();
  });

  it("draws the last hour small, each figure with its name, what it is now and was at most, as text", async () => {
    const page = await open(deployed());
    const charts = page.getByRole("figure");
    await charts.first().waitFor();
    const texts = await charts.allInnerTexts();
    assert.ok(
      texts.some((text) => /Jobs waiting\s+3\s+most 9/.test(text)),
      texts.join(),
    );
    assert.equal(await page.locator(".chart canvas").count(), texts.length);
  });

  it("keeps the charts away where somebody has closed them", async () => {
    const page = await open(deployed());
    await page.getByRole("figure").first().waitFor();
    await page.getByText("Last hour").click();
    await page.getByRole("figure").first().waitFor({ state: "detached" });
    await page.reload();
    await page.getByText("Jobs wait").or(page.getByText("alarm")).first().waitFor();
    assert.equal(await page.getByRole("figure").count(), 0);
  });

  it("names the alarms that are raised, with what they mean, before those that are not", async () => {
    const page = await open(deployed());
    await page.getByText("1 alarm", { exact: true }).waitFor();
    const alarms = await page.locator(".plain-list li").allInnerTexts();
    assert.match(alarms[0] ?? "", /^alarm queue-stands-still .*\s+Jobs wait\. See superviseWorkers/s);
    assert.match(alarms[1] ?? "", /^ok failed-jobs/);
  });

  /** The operator's stack with a CloudWatch. */
  function deployed(): Stack {
    const now = Math.floor(Date.now() / 60_000) * 60_000;
    const values = [1, 9, 3];
    mockClient(CloudWatchClient)
      .on(GetMetricDataCommand)
      .resolves({
        MetricDataResults: ["waiting", "oldest"].map((Id) => ({
          Id,
          Values: values,
          Timestamps: values.map((_, index) => new Date(now - (values.length - index) * 60_000)),
        })),
      })
      .on(DescribeAlarmsCommand)
      .resolves({
        MetricAlarms: [
          { AlarmName: "failed-jobs", StateValue: "OK", AlarmDescription: "A job failed." },
          {
            ...{ AlarmName: "queue-stands-still", StateValue: "ALARM", StateUpdatedTimestamp: new Date(now) },
            AlarmDescription: "Jobs wait. See superviseWorkers.",
          },
        ],
      });
    const outputs = { ...operator.stack.outputs, alarmTopicArn: "arn:aws:sns:us-east-1:000000000000:alarms" };
    const cloudWatch = new CloudWatchClient({ region: "us-east-1" });
    return { ...operator.stack, title: "stack prod", isLocal: false, outputs, cloudWatch };
  }
});
