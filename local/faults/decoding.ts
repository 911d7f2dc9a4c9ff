import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Faults } from "./faults";

/** Whom the kernel kills in the middle of a video's decoding, as it does when memory is short. */
export type Victim = "ffmpeg" | "worker";

/**
 * Puts a program in front of the workers' ffmpeg that lets it begin, and then kills it or its worker, as often as it
 * was asked to; otherwise it is ffmpeg. For workers that are processes of this machine.
 */
export class DecodingFaults {
  private readonly directory = mkdtempSync(path.join(tmpdir(), "video-thumbnailer-faults-"));
  private count = 0;

  readonly faults: Faults = {
    container: (start) => (run) => {
      const PATH = `${path.join(this.directory, "bin")}:${process.env["PATH"] ?? ""}`;
      return start({ ...run, environment: { ...run.environment, PATH } });
    },
  };

  constructor() {
    const directories = ["bin", "orders", "done"].map((name) => path.join(this.directory, name));
    for (const directory of directories) mkdirSync(directory);
    const [bin = "", orders = "", done = ""] = directories;
    const program = path.join(bin, "ffmpeg");
    writeFileSync(
      program,
      `#!/bin/sh
PATH=\${PATH#*:}
order=$(ls '${orders}' | head -n 1)
# Only one of several at once can move it away.
if [ -z "$order" ] || ! mv '${orders}'/"$order" '${done}' 2>/dev/null; then exec ffmpeg "$@"; fi
ffmpeg "$@" | head -c 64
case $order in *worker) kill -9 $PPID ;; esac
kill -9 $$
`,
    );
    chmodSync(program, 0o755);
  }

  /** The next decoding that begins has this end. */
  kill(victim: Victim): void {
    this.count += 1;
    const order = `${String(this.count).padStart(6, "0")}-${victim}`;
    writeFileSync(path.join(this.directory, "orders", order), "");
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
