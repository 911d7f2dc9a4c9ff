import { s3Client } from "../awsClients";
import type { OneShotEnvironment } from "../environment";
import { UnusableVideoError } from "../errors";
import { Allowance } from "../child/allowance";
import { TaskMemory } from "../child/taskMemory";
import { HttpSource } from "../source/httpSource";
import type { Log } from "../log";
import { LoopbackServer } from "../source/loopbackServer";
import type { RangedSource } from "../source/rangedSource";
import { S3Source } from "../source/s3Source";
import { readPublicObjects } from "./publicObjects";
import { makeThumbnail } from "../thumbnail";
import { within } from "../jobs/timeLimit";
import type { VideoAddress } from "./videoUrl";

/** Makes the one thumbnail that the environment asks for. Throws when it is not stored. */
export async function runOneShot(
  environment: OneShotEnvironment,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const { input, thumbnail, timestamp, answerSeconds, outputBucket, outputKey } = environment;
  const { key } = input;
  const source = openSource(input, answerSeconds);
  const isOfOutputBucket = input.kind === "s3" && input.bucket === outputBucket;
  const loopback = await LoopbackServer.start();
  try {
    log({ level: "info", event: "job-started", key });
    const workshop = {
      s3: s3Client(answerSeconds),
      mayOnlyWrite: true,
      loopback,
      thumbnail,
      allowance: () => new Allowance(new TaskMemory(environment.taskMemoryMiB), environment.videoCpuSeconds),
    };
    const order = {
      source,
      videoKey: key,
      namesVideo: isOfOutputBucket,
      chooseTimestamp: () => timestamp,
      outputBucket,
      outputKey,
      tell: log,
    };
    await within(environment.jobTimeLimitSeconds, signal, (limited) =>
      makeThumbnail(workshop, order, limited),
    );
  } catch (error) {
    if (error instanceof UnusableVideoError)
      log({ level: "error", event: "job-failed", key, reason: error.message });
    throw error;
  } finally {
    loopback.stop();
  }
}

/** An address in S3 is read with the task's own role, so that the bucket can stay private. */
function openSource(input: VideoAddress, answerSeconds: number): RangedSource {
  if (input.kind === "web") return new HttpSource(input.url);
  const { bucket, key, versionId, region } = input;
  const s3 = s3Client(answerSeconds, {
    ...(region !== undefined && { region }),
    followRegionRedirects: true,
  });
  return new S3Source(readPublicObjects(s3), bucket, key, { versionId });
}
