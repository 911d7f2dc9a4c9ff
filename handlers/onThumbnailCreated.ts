import type { S3Client } from "@aws-sdk/client-s3";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { S3Event } from "aws-lambda";
import { objectKey } from "../contract/uploads";
import { s3Client, snsClient } from "./awsClients";
import { isExtra } from "./bucketManifests";
import type { Environment } from "./environment";
import { forEachRecord } from "./s3Events";
import { tellOfManifest } from "./telling/tellOfManifest";
import { tellOfThumbnail } from "./telling/tellOfThumbnail";

export interface TellingClients {
  s3: S3Client;
  sns: SNSClient;
}

/** Makes the handler of S3's ObjectCreated events for thumbnails and manifests: a line in the log, a message to the topic. */
export function onThumbnailCreated(
  env: Environment,
  clients: TellingClients = { s3: s3Client(), sns: snsClient() },
): (event: S3Event) => Promise<void> {
  return async (event) => {
    await forEachRecord(event, async (record) => {
      const key = objectKey(record);
      const [name, tell] = isExtra(env, key)
        ? (["manifest-stored", tellOfManifest] as const)
        : (["thumbnail-created", tellOfThumbnail] as const);
      console.log({ event: name, s3Event: { Records: [record] } });
      await tell(env, clients, record.s3.bucket.name, key);
    });
  };
}
