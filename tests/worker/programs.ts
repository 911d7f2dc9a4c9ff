import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/**
 * Programs that stand in for ffmpeg and ffprobe: a folder at the front of the PATH, of scripts for Node. Until it is
 * removed.
 */
export class FakePrograms {
  private constructor(
    readonly folder: string,
    private readonly pathBefore: string | undefined,
  ) {}

  static async install(): Promise<FakePrograms> {
    const folder = await mkdtemp(join(tmpdir(), "worker-programs-"));
    const programs = new FakePrograms(folder, process.env.PATH);
    await mkdir(join(folder, "bin"));
    process.env.PATH = `${join(folder, "bin")}${delimiter}${process.env.PATH ?? ""}`;
    return programs;
  }

  /** Makes the program do what `script` does; the script may be given values as JSON. */
  async write(name: string, script: string): Promise<void> {
    const file = join(this.folder, "bin", name);
    await writeFile(file, `#!${process.execPath}\n${script}\n`);
    await chmod(file, 0o755);
  }

  async removeProgram(name: string): Promise<void> {
    await rm(join(this.folder, "bin", name), { force: true });
  }

  async remove(): Promise<void> {
    process.env.PATH = this.pathBefore;
    await rm(this.folder, { recursive: true });
  }
}
