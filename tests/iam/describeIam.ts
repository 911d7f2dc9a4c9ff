import { requireSimulator } from "./judge/simulator";

/**
 * A part of the tests of rights. Their judge is installed by `npm run test:iam`, which runs them; in `npm test` they
 * are skipped.
 */
export function describeIam(title: string, define: (this: Mocha.Suite) => void): void {
  if (process.env["TEST_IAM"] === undefined) describe.skip(`${title} (run by npm run test:iam)`, define);
  else
    describe(title, function () {
      // Without it each call would fail, and be tried again and again.
      before(requireSimulator);
      define.call(this);
    });
}
