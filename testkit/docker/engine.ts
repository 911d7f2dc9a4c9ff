import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { buildDockerImage } from "../../local/containers/dockerImage";

const run = promisify(execFile);

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

let built: Promise<string> | undefined;

/** The id of the image, built by whoever asks first. */
export function workerImage(): Promise<string> {
  built ??= buildDockerImage();
  return built;
}

/** What a Docker command prints on stdout. Throws with its words when it fails. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run("docker", args, { maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** What `node -p SCRIPT` prints in a container of the image; `options` are those of `docker run`. */
export async function nodeInImage(script: string, ...options: string[]): Promise<string> {
  return docker("run", "--rm", ...options, "--entrypoint", "node", await workerImage(), "-p", script);
}
