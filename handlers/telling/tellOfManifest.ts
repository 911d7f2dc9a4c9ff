import type { S3Client } from "@aws-sdk/client-s3";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { OutputsReady } from "../../contract/messages";
import { maxManifestBytes } from "../../contract/manifest";
import { getManifest, videoKeyOfManifest } from "../bucketManifests";
import { bucketsOf } from "../bucketVideos";
import type { Environment } from "../environment";
import { publish } from "./publish";

/** Bytes; with its attribute a message may have 256 KiB. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const maxMessageBytes = maxManifestBytes - 100;

/**
 * Tells of a manifest that names all outputs of a video. Of one that is gone meanwhile, whose outputs are still being made,
 * or that no worker has written, only the log says a word: the events of others than workers must harm nobody.
 */
export async function tellOfManifest(
  env: Environment,
  { s3, sns }: { s3: S3Client; sns: SNSClient },
  eventBucket: string,
  key: string,
): Promise<void> {
  const videoKey = videoKeyOfManifest(env, key);
  const ignored = (reason: string) => {
    console.log({ event: "manifest-ignored", key, reason });
  };
  if (videoKey === undefined) {
    ignored("it is of no video");
    return;
  }
  const found = await getManifest(env, s3, bucketsOf(env, eventBucket), videoKey);
  if (found === undefined) console.log({ event: "manifest-gone", key });
  else if (found.manifest === undefined) ignored(found.problem);
  else if (found.manifest.state === "making") console.log({ event: "outputs-making", key });
  else {
    const message: OutputsReady = { type: "outputs-ready", ...found.manifest };
    if (Buffer.byteLength(JSON.stringify(message)) > maxMessageBytes) {
      ignored(`SNS takes no message of more than ${maxMessageBytes} bytes`);
      return;
    }
    await publish(env, sns, message);
    console.log({ event: "outputs-ready", key, videoKey, outputs: message.outputs.length });
  }
}
