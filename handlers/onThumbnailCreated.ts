import type { S3Client } from "@aws-sdk/client-s3";
import type { SNSClient } from "@aws-sdk/client-sns";
import { s3Client, snsClient } from "./awsClients";
import { isExtra } from "./bucketManifests";
import type { Environment } from "./environment";
import { forEachObject } from "./s3Events";
import { tellOfManifest } from "./telling/tellOfManifest";
import { tellOfThumbnail } from "./telling/tellOfThumbnail";

export interface TellingClients {
  s3: S3Client;
  sns: SNSClient;
}

/** Makes the handler of S3's events of new thumbnails and manifests: a line in the log, a message to the topic. */
export function onThumbnailCreated(
  env: Environment,
  clients: TellingClients = { s3: s3Client(), sns: snsClient() },
): (event: unknown) => Promise<void> {
  return async (event) => {
    await forEachObject(event, async ({ bucket, key }, part) => {
      const [name, tell] = isExtra(env, key)
        ? (["manifest-stored", tellOfManifest] as const)
        : (["thumbnail-created", tellOfThumbnail] as const);
      console.log({ event: name, s3Event: part });
      await tell(env, clients, bucket, key);
    });
  };
}
