// The SDK's word on Node 20's age is for its maintainers, not for whoever runs the tests.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

let isFinished = false;

/**
 * mocha waits in vain for a test process that has crashed after its last test, and then ends with exit code 0 and
 * no closing line: that is a failure.
 */
export function mochaGlobalSetup(): void {
  process.on("exit", () => {
    if (isFinished) return;
    console.error("mocha ended before it was done: a test process has crashed, see above.");
    process.exitCode = 1;
  });
}

export function mochaGlobalTeardown(): void {
  isFinished = true;
}
