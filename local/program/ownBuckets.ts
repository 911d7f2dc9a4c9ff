import { registeredEncryption } from "../services/s3/encryption";
import { registeredNotification } from "../services/s3/events/notificationDocument";
import type { LocalS3 } from "../services/s3/s3";
import { ofType, type Resource } from "./resources";

/** Makes the buckets that the program registered, with all that it registered of them. */
export async function makeOwnBuckets(s3: LocalS3, resources: Resource[], region: string): Promise<void> {
  for (const { id } of ofType(resources, "aws:s3/bucket:Bucket")) {
    await s3.createBucket(id, region);
    s3.encrypt(id, registeredEncryption(resources, id));
  }
  for (const { inputs } of ofType(resources, "aws:s3/bucketNotification:BucketNotification"))
    s3.setNotification(inputs.bucket, registeredNotification(inputs));
  for (const { inputs } of ofType(resources, "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration"))
    s3.allowPages(
      inputs.bucket,
      inputs.corsRules.map((rule) => ({
        AllowedOrigin: rule.allowedOrigins,
        AllowedMethod: rule.allowedMethods,
        AllowedHeader: rule.allowedHeaders ?? [],
        ExposeHeader: rule.exposeHeaders ?? [],
        MaxAgeSeconds: rule.maxAgeSeconds,
      })),
    );
}
