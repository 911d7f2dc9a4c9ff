/**
 * What stands in for Lambda's runtime inside a function's process: it loads the handler named by `_HANDLER` from
 * the working directory, and runs it for each message {requestId, event, functionArn, deadline, now} that it is sent.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { format } from "node:util";

let currentRequestId;
const machineNow = Date.now;
if (process.env.AWS_LAMBDA_LOG_FORMAT === "JSON") logAsJson();

const [file, exportName] = (process.env._HANDLER ?? "").split(".");
const module = createRequire(path.join(process.cwd(), "package.json"))(path.resolve(`${file}.js`));

process.on("message", async ({ requestId, event, functionArn, deadline, now }) => {
  currentRequestId = requestId;
  followClock(now);
  try {
    process.send({ requestId, result: (await run(event, requestId, functionArn, deadline)) ?? null });
  } catch (error) {
    console.error(error);
    const { name = "Error", message = String(error), stack = "" } = error ?? {};
    process.send({
      requestId,
      error: { errorType: name, errorMessage: message, trace: stack.split("\n") },
    });
  }
});
process.on("disconnect", () => process.exit());
process.send({ ready: true });

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function run(event, requestId, functionArn, deadline) {
  return new Promise((resolve, reject) => {
    const context = {
      awsRequestId: requestId,
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: "$LATEST",
      invokedFunctionArn: functionArn,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: `/aws/lambda/${process.env.AWS_LAMBDA_FUNCTION_NAME}`,
      logStreamName: "local",
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => deadline - Date.now(),
    };
    const returned = module[exportName](event, context, (error, result) =>
      error ? reject(error) : resolve(result),
    );
    if (typeof returned?.then === "function") returned.then(resolve, reject);
  });
}

/** Has `Date` go on from `now`, when that is not the machine's time. */
function followClock(now) {
  const aheadMs = Math.round(now - machineNow());
  Date.now = Math.abs(aheadMs) < 1000 ? machineNow : () => machineNow() + aheadMs;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html */
function logAsJson() {
  const levels = { debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" };
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...values) => {
      const isObject = values.length === 1 && typeof values[0] === "object" && !(values[0] instanceof Error);
      const message = isObject ? values[0] : format(...values);
      const entry = { timestamp: new Date().toISOString(), level, requestId: currentRequestId, message };
      process.stdout.write(`${JSON.stringify(entry)}\n`);
    };
  }
}
