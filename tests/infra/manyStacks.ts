const areWanted = process.env["TEST_ENGINE"] !== undefined;

/**
 * Tests that evaluate the program for one set of settings after the other, at some three seconds each, which would make
 * `npm test` long: `npm run test:engine` runs them. mocha's globals are each file's own, and so not kept here.
 */
export function stacksDescribe(title: string, define: (this: Mocha.Suite) => void): void {
  if (areWanted) describe(title, define);
  else describe.skip(`${title} (run by npm run test:engine)`, define);
}
