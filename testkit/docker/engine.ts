import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { imageBuild, imageBuildArguments } from "../../infra/image/imageBuild";
import { buildDockerImage } from "../../local/containers/dockerImage";

const run = promisify(execFile);

let built: Promise<string> | undefined;

/** The id of the image, built by whoever asks first. */
export function workerImage(): Promise<string> {
  built ??= buildDockerImage();
  return built;
}

/** The id of the image of one of its stages, which building the whole has built. */
export async function stageImage(stage: string): Promise<string> {
  const given = Object.entries(imageBuildArguments()).map(([name, value]) => `--build-arg=${name}=${value}`);
  const project = path.join(__dirname, "../..");
  const file = path.join(project, imageBuild.dockerfile);
  return docker("build", "--quiet", "--target", stage, "--file", file, ...given, project);
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

/** How a Docker command ends that gets `input`: its exit code, and what it prints. */
export function dockerEnds(
  args: readonly string[],
  input = "",
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile("docker", args, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? 1, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}
