import { execFile } from "node:child_process";
import { createWriteStream } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { Allowance } from "../worker/child/allowance";
import type { LoopbackServer } from "../worker/source/loopbackServer";
import { S3Source } from "../worker/source/s3Source";
import { makeThumbnail } from "../worker/thumbnail";
import type { Cloud } from "./cloud";
import { bucket } from "./cloud";

/** A way from a video in S3 to a PNG 1280 pixels wide. */
export interface Method {
  readonly name: string;
  /** How often to measure it: what takes long varies little. */
  readonly times: number;
  readonly run: (key: string, atSeconds: number) => Promise<void>;
}

export const workerName = "the worker";

/** The worker and its peers: (a), (b) and (c). Files are made in `directory`. */
export function methods(cloud: Cloud, loopback: LoopbackServer, directory: string): readonly Method[] {
  const picture = ["-frames:v", "1", "-vf", "scale=1280:-2", "-c:v", "png", "-f", "image2pipe", "pipe:1"];
  const ffmpeg = async (...args: string[]) => {
    const options = { encoding: "buffer", maxBuffer: 64 * 1024 * 1024 } as const;
    await promisify(execFile)("ffmpeg", ["-v", "error", "-nostdin", ...args, ...picture], options);
  };
  const workshop = {
    s3: cloud.s3,
    loopback,
    thumbnail: { format: "png", widthPixels: 1280 },
    allowance: () => new Allowance(),
  } as const;
  const headers = ["-headers", `Authorization: ${cloud.authorization}\r\n`];
  return [
    {
      name: workerName,
      times: 5,
      run: async (key, seconds) => {
        const order = {
          source: new S3Source(cloud.s3, bucket, key),
          videoKey: key,
          chooseTimestamp: () => ({ kind: "seconds", seconds }) as const,
          outputBucket: bucket,
          outputKey: "thumb/bench.png",
        };
        await makeThumbnail(workshop, order, new AbortController().signal);
      },
    },
    {
      name: "(c) ffmpeg -ss T -i URL",
      times: 5,
      run: (key, seconds) => ffmpeg(...headers, "-ss", String(seconds), "-i", cloud.url(key)),
    },
    {
      name: "(a) ffmpeg -i URL -ss T",
      times: 1,
      run: (key, seconds) => ffmpeg(...headers, "-i", cloud.url(key), "-ss", String(seconds)),
    },
    {
      name: "(b) download, then ffmpeg -i FILE -ss T",
      times: 1,
      run: async (key, seconds) => {
        const file = path.join(directory, "downloaded.mp4");
        const { body } = await fetch(cloud.url(key), { headers: { authorization: cloud.authorization } });
        await pipeline(Readable.fromWeb(body as ReadableStream), createWriteStream(file));
        await ffmpeg("-i", file, "-ss", String(seconds));
      },
    },
  ];
}
