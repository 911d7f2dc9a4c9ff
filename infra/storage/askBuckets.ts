import { spawnSync } from "node:child_process";
import type * as S3 from "@aws-sdk/client-s3";

/** How S3 is asked: as the AWS provider does it. */
export interface Asking {
  /** Undefined: the environment's. */
  region?: string | undefined;
  profile?: string | undefined;
  credentials?:
    { accessKeyId: string; secretAccessKey: string; sessionToken?: string | undefined } | undefined;
  /** Of another S3 than AWS's. */
  endpoint?: string | undefined;
  forcePathStyle?: boolean | undefined;
  /** Ask a bucket that turns out to be in another region there. */
  followRegionRedirects: boolean;
}

/** What S3 answers of a bucket: whether EventBridge is told of what happens in it, or what came in place of an answer. */
export type BucketAnswer =
  | { isTold: boolean; error?: undefined }
  | { isTold?: undefined; error: { name: string; message: string; region?: string | undefined } };

/** S3 answers in a fraction of this; looking for credentials may take a while. */
const answerSeconds = 15;

/**
 * Asks S3 of each bucket, one after the other, and waits for it: a program of Pulumi's registers its resources at once.
 * So it is asked by another process, which is given the function below as text, since this module is TypeScript in one
 * installation and JavaScript in another.
 * @throws Error that says why nobody could be asked
 */
export function askBuckets(
  buckets: readonly string[],
  asking: Asking,
  timeoutSeconds = answerSeconds,
): BucketAnswer[] {
  const script =
    `const { sdk, buckets, asking } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));` +
    `(${ask.toString()})(require(sdk), buckets, asking)` +
    `.then((answers) => process.stdout.write(JSON.stringify(answers)))`;
  const { profile, ...rest } = asking;
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...(profile !== undefined && { AWS_PROFILE: profile }),
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
  // What is for the program, such as a debugger or a loader, would stop the other one.
  delete env["NODE_OPTIONS"];
  const asked = spawnSync(process.execPath, ["--input-type=commonjs", "--eval", script], {
    encoding: "utf8",
    env,
    // Secrets do not stand in the list of processes.
    input: JSON.stringify({ sdk: require.resolve("@aws-sdk/client-s3"), buckets, asking: rest }),
    timeout: timeoutSeconds * 1000,
    killSignal: "SIGKILL",
  });
  const { status, stdout, stderr } = asked;
  const error: NodeJS.ErrnoException | undefined = asked.error;
  if (error?.code === "ETIMEDOUT") throw new Error(`S3 has not answered for ${timeoutSeconds} s`);
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(stderr.trim().split("\n").slice(-1)[0] ?? `exit code ${status}`);
  return JSON.parse(stdout) as BucketAnswer[];
}

/** Runs in a process of its own: it must not use anything of this module. */
async function ask(sdk: typeof S3, buckets: string[], asking: Asking): Promise<BucketAnswer[]> {
  const s3 = new sdk.S3Client({
    ...(asking as S3.S3ClientConfig),
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 5000 },
  });
  const answers: BucketAnswer[] = [];
  for (const Bucket of buckets) {
    try {
      const told = await s3.send(new sdk.GetBucketNotificationConfigurationCommand({ Bucket }));
      answers.push({ isTold: told.EventBridgeConfiguration !== undefined });
    } catch (thrown) {
      const error = thrown as Error & { $response?: { headers?: Record<string, string> } };
      const region = error.$response?.headers?.["x-amz-bucket-region"];
      answers.push({ error: { name: error.name, message: error.message, region } });
    }
  }
  return answers;
}
