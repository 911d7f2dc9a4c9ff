import assert from "node:assert/strict";
import path from "node:path";
import { AsyncInvocations, type GivenUp } from "../../../local/services/lambda/asyncInvocation";
import { unpack } from "../../../local/services/lambda/functionPackage";
import { LambdaFunction } from "../../../local/services/lambda/lambdaFunction";
import { FakeClock } from "../fakeClock";
import { makeDirectory } from "../videos";

/** Counts its calls, and does what the event says. */
const source = `
let calls = 0;
exports.handler = async (event, context) => {
  calls += 1;
  if (event.do === "fail") throw new TypeError("as asked");
  if (event.do === "exit") process.exit(3);
  if (event.do === "hang") await new Promise(() => setInterval(() => {}, 1000));
  if (event.do === "log") console.log({ hello: event.name });
  return { calls, environment: Object.keys(process.env).sort(), name: context.functionName };
};`;

describe("A local Lambda", () => {
  const files = makeDirectory();
  const lines: string[] = [];
  let lambda: LambdaFunction;

  beforeEach(async () => {
    const directory = path.join(files.directory, "package");
    await unpack([{ path: "__index.js", text: source }], directory);
    lines.length = 0;
    lambda = new LambdaFunction({
      name: "f",
      arn: "arn:aws:lambda:eu-west-1:000000000000:function:f",
      directory,
      handler: "__index.handler",
      timeoutSeconds: 1,
      environment: { AWS_LAMBDA_FUNCTION_NAME: "f", AWS_LAMBDA_LOG_FORMAT: "JSON", SETTING: "1" },
      onLine: (line) => lines.push(line),
    });
  });
  afterEach(() => lambda.stop());
  after(files.remove);

  it("has the environment that it was given and no other, and keeps its process for the next event", async () => {
    const environment = [
      "AWS_LAMBDA_FUNCTION_NAME",
      "AWS_LAMBDA_LOG_FORMAT",
      "LAMBDA_TASK_ROOT",
      "SETTING",
      "_HANDLER",
    ];
    assert.deepEqual(await lambda.invoke({}), { result: { calls: 1, environment, name: "f" } });
    assert.deepEqual(await lambda.invoke({}), { result: { calls: 2, environment, name: "f" } });
  });

  it("handles events at the same time in processes of their own", async () => {
    const answers = await Promise.all([lambda.invoke({}), lambda.invoke({})]);
    assert.deepEqual(
      answers.map((answer) => ("result" in answer ? (answer.result as { calls: number }).calls : answer)),
      [1, 1],
    );
  });

  it("tells how the handler failed, and starts anew when the process is gone or has taken too long", async () => {
    const failure = await lambda.invoke({ do: "fail" });
    assert.ok("error" in failure);
    assert.equal(failure.error.errorType, "TypeError");
    assert.equal(failure.error.errorMessage, "as asked");
    const exit = await lambda.invoke({ do: "exit" });
    assert.ok("error" in exit);
    assert.match(exit.error.errorMessage, /exit status 3/);
    const hang = await lambda.invoke({ do: "hang" });
    assert.ok("error" in hang);
    assert.match(hang.error.errorMessage, /timed out after 1\.00 seconds/);
    assert.ok("result" in (await lambda.invoke({})));
  });

  it("logs one JSON object per line, as Lambda's JSON format has it", async () => {
    await lambda.invoke({ do: "log", name: "world" });
    await until(() => lines.length > 0);
    const { level, message } = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
    assert.deepEqual({ level, message }, { level: "INFO", message: { hello: "world" } });
  });

  it("gets an event that it fails on twice more; then the destination has it", async () => {
    const clock = new FakeClock();
    const event = { do: "fail" };
    const records: object[] = [];
    const givenUp = await new Promise<GivenUp>((resolve) => {
      const invocations = new AsyncInvocations(clock, resolve);
      const onFailure = (record: object) => Promise.resolve(void records.push(record));
      invocations.invoke(lambda, { maximumRetryAttempts: 2, onFailure }, event);
      assert.equal(invocations.pending, 1);
      const timer = setInterval(() => {
        clock.advance(10_000);
        if (invocations.pending === 0) clearInterval(timer);
      }, 5);
    });
    assert.deepEqual(givenUp.event, event);
    const [record] = records as {
      requestContext: { condition: string; approximateInvokeCount: number };
      requestPayload: unknown;
      responsePayload: { errorMessage: string };
    }[];
    assert.equal(record?.requestContext.condition, "RetriesExhausted");
    assert.equal(record.requestContext.approximateInvokeCount, 3);
    assert.deepEqual(record.requestPayload, event);
    assert.equal(record.responsePayload.errorMessage, "as asked");
    const failures = () => lines.filter((line) => line.includes("as asked")).length;
    await until(() => failures() >= 3);
    assert.equal(failures(), 3);
  });
});

/** What a Lambda answers comes by another way than its log, and may be sooner. */
async function until(isTold: () => boolean): Promise<void> {
  while (!isTold()) await new Promise((resolve) => setImmediate(resolve));
}
