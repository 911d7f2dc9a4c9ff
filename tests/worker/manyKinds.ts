/**
 * Tests of so many kinds of video, or of so long ones, that they would make `npm test` long: `npm run test:pictures` runs
 * them, and so do the image's tests.
 */
const areWanted = process.env["TEST_PICTURES"] !== undefined;

/** Such a test. mocha's globals are each file's own, and so not kept here. */
export function kindIt(title: string, test: Mocha.AsyncFunc): void {
  (areWanted ? it : it.skip)(title, test);
}

/** Such tests. */
export function kindsDescribe(title: string, define: (this: Mocha.Suite) => void): void {
  (areWanted ? describe : describe.skip)(title, define);
}
