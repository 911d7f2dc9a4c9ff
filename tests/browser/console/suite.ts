import { findChromium, howToGetChromium } from "../../../testkit/browser/chromium";

/** Tests of the console's page in a browser, which are skipped in one line where they are not asked for, or there is none. */
export function describeInBrowser(title: string, tests: (this: Mocha.Suite) => void): void {
  const full = `browser: the console, ${title}`;
  if (process.env["TEST_BROWSER"] === undefined) it.skip(`${full} (run by npm run test:console)`);
  else if (findChromium() === undefined) it.skip(`${full}: ${howToGetChromium}`);
  else
    describe(full, function () {
      this.timeout(120_000);
      tests.call(this);
    });
}
