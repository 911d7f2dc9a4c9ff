import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { buildDockerImage } from "../../local/containers/dockerImage";

const run = promisify(execFile);

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
