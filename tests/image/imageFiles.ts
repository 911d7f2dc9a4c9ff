import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { docker, workerImage } from "./engine";

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
   * A folder with the image's ffmpeg and ffprobe as programs that run on this machine, with the image's libraries
   * and its C library.
   */
  async programs(): Promise<string> {
    const directory = path.join(this.folder, "programs");
    await mkdir(directory);
    const libraries = (await this.find("-name", "libavcodec.so.*"))[0];
    const [loader] = await this.find("-path", "*/usr/lib/*", "-name", "ld-linux-*.so.*");
    if (libraries === undefined || loader === undefined) throw new Error("The image has no ffmpeg.");
    for (const program of ["ffmpeg", "ffprobe"]) {
      const file = path.join(directory, program);
      const command = [
        loader,
        "--library-path",
        path.dirname(libraries),
        path.join(this.root, "usr/bin", program),
      ];
      await writeFile(file, `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(" ")} "$@"\n`);
      await chmod(file, 0o755);
    }
    return directory;
  }

  private async find(...tests: string[]): Promise<string[]> {
    const { stdout } = await promisify(execFile)("find", [this.root, "-type", "f", ...tests]);
    return stdout.split("\n").filter((line) => line !== "");
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
