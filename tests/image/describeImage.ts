import { workerImage } from "../../testkit/docker/engine";

/**
 * A part of the image's tests. They need Docker, and minutes to build ffmpeg the first time: `npm run test:image`
 * runs them, in `npm test` they are skipped.
 */
export function describeImage(title: string, define: (this: Mocha.Suite) => void): void {
  if (process.env["TEST_IMAGE"] === undefined) {
    describe.skip(`image: ${title} (run by npm run test:image, with Docker)`, define);
    return;
  }
  describe(`image: ${title}`, function () {
    this.timeout(120_000);
    before("the image is built", async function () {
      this.timeout(20 * 60_000);
      await workerImage();
    });
    define.call(this);
  });
}
