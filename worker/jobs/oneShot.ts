import { S3Client } from "@aws-sdk/client-s3";
import type { OneShotEnvironment } from "../environment";
import { UnusableVideoError } from "../errors";
import { HttpSource } from "../source/httpSource";
import type { Log } from "../log";
import { LoopbackServer } from "../source/loopbackServer";
import type { RangedSource } from "../source/rangedSource";
import { S3Source } from "../source/s3Source";
import { parseS3Url } from "./s3Url";
import { makeThumbnail } from "../thumbnail";
import { within } from "./timeLimit";

/** Makes the one thumbnail that the environment asks for. Throws when it is not stored. */
export async function runOneShot(
  environment: OneShotEnvironment,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const { inputUrl, thumbnail, timestamp, outputBucket, outputKey } = environment;
  const { source, key } = openSource(inputUrl);
  const loopback = await LoopbackServer.start();
  try {
    log({ level: "info", event: "job-started", key });
    const workshop = { s3: new S3Client(), loopback, thumbnail };
    const order = { source, videoKey: key, chooseTimestamp: () => timestamp, outputBucket, outputKey };
    const stored = await within(environment.jobTimeLimitSeconds, signal, (limited) =>
      makeThumbnail(workshop, order, limited),
    );
    log(stored);
  } catch (error) {
    if (error instanceof UnusableVideoError)
      log({ level: "error", event: "job-failed", key, reason: error.message });
    throw error;
  } finally {
    loopback.stop();
  }
}

/** An address in S3 is read with the task's own role, so that the bucket can stay private. */
function openSource(inputUrl: string): { source: RangedSource; key: string } {
  const address = parseS3Url(inputUrl);
  if (address !== undefined) {
    const { bucket, key, region } = address;
    const s3 = new S3Client({ ...(region !== undefined && { region }), followRegionRedirects: true });
    return { source: new S3Source(s3, bucket, key), key };
  }
  const { protocol, pathname } = new URL(inputUrl);
  if (protocol !== "http:" && protocol !== "https:") {
    throw new Error(`INPUT_VIDEO_FILE_URL must begin with https://, http:// or s3://, not ${protocol}//.`);
  }
  return { source: new HttpSource(inputUrl), key: pathname.slice(1) };
}
