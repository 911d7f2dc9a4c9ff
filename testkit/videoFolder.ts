import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of its own for one test file's videos, removed afterwards. */
export class VideoFolder {
  private constructor(private readonly path: string) {}

  static async create(): Promise<VideoFolder> {
    return new VideoFolder(await mkdtemp(join(tmpdir(), "worker-test-")));
  }

  file(name: string): string {
    return join(this.path, name);
  }

  read(name: string): Promise<Buffer> {
    return readFile(this.file(name));
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true });
  }
}
