import { findCli } from "../../testkit/engine/cli";

/** Several minutes of other work on the same machine do not make these tests fail. */
const timeoutMs = 30 * 60_000;

let cliFolder: string | undefined;
let hasTold = false;

/**
 * A part of the tests with Pulumi's real engine. They need its command line, and minutes: `npm run test:engine` runs
 * them, in `npm test` they are skipped, and so they are where there is no such command line.
 */
export function describeEngine(title: string, define: (this: Mocha.Suite) => void): void {
  if (process.env["TEST_ENGINE"] === undefined) {
    describe.skip(`engine: ${title} (run by npm run test:engine)`, define);
    return;
  }
  describe(`engine: ${title}`, function () {
    this.timeout(timeoutMs);
    this.slow(60_000);
    before(function () {
      cliFolder ??= findCli();
      if (cliFolder !== undefined) return;
      if (!hasTold)
        console.log("Skipped: Pulumi's command line is missing; `npm run test:engine` says what to install.");
      hasTold = true;
      this.skip();
    });
    define.call(this);
  });
}

/** The folder of Pulumi's command line, within {@link describeEngine}. */
export function pulumiFolder(): string {
  if (cliFolder === undefined) throw new Error("Only tests in describeEngine have Pulumi's command line.");
  return cliFolder;
}
