import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CachedVideo } from "../worker/source/cachedVideo";
import type { Frame } from "../worker/picture/frame";
import { takeFrame } from "../worker/picture/frame";
import { LoopbackServer } from "../worker/source/loopbackServer";
import type { ThumbnailFormat } from "../contract/names";
import { probe } from "../worker/video/probe";
import type { RangedSource } from "../worker/source/rangedSource";
import { parseTimestamp } from "../contract/timestamp";

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

/** A video in memory, read as one in S3 is. */
export function memorySource(content: Buffer): RangedSource {
  return {
    read: ({ start, end }) =>
      Promise.resolve({
        bytes: content.subarray(start, end),
        totalBytes: content.length,
        eTag: '"one"',
        metadata: {},
      }),
  };
}

export interface Wanted {
  readonly at: string;
  readonly format?: ThumbnailFormat;
  readonly widthPixels?: number;
}

/** The frame of a video, taken as the worker takes it but for S3 and SQS. */
export async function frameOf(
  content: Buffer | RangedSource,
  { at, format = "png", widthPixels = 1280 }: Wanted,
): Promise<Frame & { bytesRead: number; requests: number }> {
  const signal = new AbortController().signal;
  const loopback = await LoopbackServer.start();
  try {
    const source = Buffer.isBuffer(content) ? memorySource(content) : content;
    const video = await CachedVideo.open(source, signal);
    const decoded = (part: number) => {
      video.decoded(part);
    };
    const frame = await loopback.serving(video, async (url) => {
      const track = await probe(url, signal);
      return takeFrame({ url, decoded }, track, parseTimestamp(at), { format, widthPixels }, signal);
    });
    video.close();
    return { ...frame, bytesRead: video.bytesRead, requests: video.requests };
  } finally {
    loopback.stop();
  }
}

/** Bundles the worker as its image does, into `outFile`. */
export async function buildWorker(outFile: string): Promise<void> {
  const folder = join(__dirname, "../worker");
  await promisify(execFile)(
    "npm",
    ["run", "--silent", "build", "--", `--outfile=${outFile}`, "--log-level=error"],
    {
      cwd: folder,
    },
  );
}
