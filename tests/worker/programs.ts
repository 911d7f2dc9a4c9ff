import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";

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

/** Settles when the process has ended. */
export async function processGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    // An orphan that was killed is there until init has asked for its status.
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ") Z");
    if (/\) [ZX]/.test(stat)) return;
    await setTimeout(10);
  }
}
