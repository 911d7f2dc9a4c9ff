import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { docker, workerImage } from "../../testkit/docker/engine";

const run = promisify(execFile);

/** All files of the image, laid out in a folder of this machine. */
export class ImageFiles {
  private constructor(
    /** The image's root directory. */
    readonly root: string,
    private readonly folder: string,
  ) {}

  static async extract(): Promise<ImageFiles> {
    const folder = await mkdtemp(path.join(tmpdir(), "worker-image-"));
    const root = path.join(folder, "root");
    await mkdir(root);
    const container = await docker("create", await workerImage());
    try {
      const exporting = spawn("docker", ["export", container], { stdio: ["ignore", "pipe", "inherit"] });
      const extracting = spawn("tar", ["-x", "--no-same-owner", "-C", root], {
        stdio: [exporting.stdout, "inherit", "inherit"],
      });
      const [code] = (await once(extracting, "close")) as [number];
      if (code !== 0) throw new Error(`tar ended with exit code ${code}`);
    } finally {
      await docker("rm", container);
    }
    // What Docker lays into every container is no part of the image.
    for (const file of [".dockerenv", "dev", "etc/hostname", "etc/hosts", "etc/resolv.conf"])
      await rm(path.join(root, file), { recursive: true });
    return new ImageFiles(root, folder);
  }

  /**
   * A folder of programs `ffmpeg` and `ffprobe` for the PATH of the worker's tests. They run the image's program with
   * the image's libraries when the worker calls, which always says what protocols are allowed; a test's own calls get
   * this machine's. `calls` gives how often the image's were run.
   */
  async programs(): Promise<{ directory: string; calls: () => Promise<number> }> {
    const directory = path.join(this.folder, "programs");
    const calls = path.join(this.folder, "calls");
    await mkdir(directory);
    await writeFile(calls, "");
    const [library] = await this.find("-name", "libavcodec.so.*");
    const [loader] = await this.find("-path", "*/usr/lib/*", "-name", "ld-linux-*.so.*");
    if (library === undefined || loader === undefined) throw new Error("The image has no ffmpeg.");
    for (const program of ["ffmpeg", "ffprobe"]) {
      const { stdout } = await run("sh", ["-c", `command -v ${program}`]);
      const script = [
        "#!/bin/sh",
        'case " $* " in',
        `*" -protocol_whitelist "*) echo ${program} >>"${calls}"`,
        `exec "${loader}" --library-path "${path.dirname(library)}" "${this.root}/usr/bin/${program}" "$@";;`,
        "esac",
        `exec "${stdout.trim()}" "$@"`,
      ];
      await writeFile(path.join(directory, program), `${script.join("\n")}\n`, { mode: 0o755 });
    }
    return {
      directory,
      calls: async () => (await readFile(calls, "utf8")).split("\n").length - 1,
    };
  }

  private async find(...tests: string[]): Promise<string[]> {
    const { stdout } = await run("find", [this.root, "-type", "f", ...tests]);
    return stdout.split("\n").filter((line) => line !== "");
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
