import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { imageBuild, imageBuildArguments } from "../../infra/image/imageBuild";
import { ProcessGroup } from "../processGroup";

const projectDirectory = path.resolve(__dirname, "..", "..");

/**
 * Builds the worker's image, as `pulumi up` does, and gives its id. Throws an Error with the builder's last words when
 * that fails; `signal` ends it.
 */
export async function buildDockerImage(signal?: AbortSignal): Promise<string> {
  const idFile = path.join(tmpdir(), `worker-image-${process.pid}.id`);
  const printed: string[] = [];
  const build = new ProcessGroup(
    "docker",
    [
      ...["build", "--iidfile", idFile, "--tag", "video-thumbnailer-worker", "--file", imageBuild.dockerfile],
      ...Object.entries(imageBuildArguments()).flatMap(([name, value]) => [
        "--build-arg",
        `${name}=${value}`,
      ]),
      imageBuild.context,
    ],
    { cwd: projectDirectory, stdio: ["ignore", "pipe", "pipe"] },
    (line) => printed.push(line),
  );
  const abort = () => void build.kill();
  signal?.addEventListener("abort", abort);
  try {
    const { code, error } = await build.exited;
    signal?.throwIfAborted();
    if (code !== 0) {
      const words = error?.message ?? printed.slice(-20).join("\n");
      throw new Error(`The worker's image cannot be built with Docker: ${words}`);
    }
    return (await readFile(idFile, "utf8")).trim();
  } finally {
    signal?.removeEventListener("abort", abort);
    await rm(idFile, { force: true });
  }
}
