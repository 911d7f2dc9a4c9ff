import { writeFile } from "node:fs/promises";
import path from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { Allowance } from "../../worker/child/allowance";
import { CachedVideo } from "../../worker/source/cachedVideo";
import { LoopbackServer } from "../../worker/source/loopbackServer";
import { S3Source } from "../../worker/source/s3Source";
import { VideoView } from "../../worker/source/videoView";
import { makeStoryboard } from "../../worker/storyboard/makeStoryboard";
import { probe } from "../../worker/video/probe";

/** The worker's storyboard of a video in S3, ffprobe included, in a process of its own; the files go to a directory. */
async function main(bucket: string, key: string, directory: string): Promise<void> {
  const signal = new AbortController().signal;
  const s3 = new S3Client({ forcePathStyle: true });
  const loopback = await LoopbackServer.start();
  const allowance = new Allowance();
  const video = await CachedVideo.open(new S3Source(s3, bucket, key), signal);
  const view = await VideoView.open(video, signal);
  const aim = view.aim.bind(view);
  const track = await loopback.serving(view, (url) =>
    probe({ url, allowance, aim, decoded: () => undefined }, signal),
  );
  const settings = { tileWidthPixels: 160, format: "jpg" } as const;
  const files = await makeStoryboard({ loopback, allowance }, { video, view, track }, settings, signal);
  for (const { name, content } of files) await writeFile(path.join(directory, name), content);
  video.close();
  loopback.stop();
  s3.destroy();
}

void main(process.argv[2] ?? "", process.argv[3] ?? "", process.argv[4] ?? "");
