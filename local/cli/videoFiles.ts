import { access, constants, stat } from "node:fs/promises";
import path from "node:path";
import { UsageError } from "./arguments";

/** A file to upload: its key is its base name, behind the first prefix of videos if the stack has any. */
export interface VideoFile {
  /** As the user gave it. */
  video: string;
  key: string;
  sizeBytes: number;
}

/** Looks at the files to upload. Throws {@link UsageError} for one that cannot be, and for two of the same key. */
export async function findVideos(paths: string[]): Promise<VideoFile[]> {
  const files = await Promise.all(paths.map(findVideo));
  for (const [index, { video, key }] of files.entries()) {
    const same = files.slice(index + 1).find((other) => other.key === key);
    if (same !== undefined) {
      throw new UsageError(
        `${video} and ${same.video} would both be uploaded as ${key}; give them in two runs, or rename one.`,
      );
    }
  }
  return files;
}

async function findVideo(video: string): Promise<VideoFile> {
  const found = await stat(video).catch(() => undefined);
  if (found === undefined) throw new UsageError(`${video}: there is no such file.`);
  if (!found.isFile())
    throw new UsageError(`${video} is ${found.isDirectory() ? "a directory" : "no file"}, not a video.`);
  await access(video, constants.R_OK).catch(() => {
    throw new UsageError(`${video} cannot be read.`);
  });
  return { video, key: path.basename(video), sizeBytes: found.size };
}
