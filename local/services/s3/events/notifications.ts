import { ofType, type Resource } from "../../../program/resources";
import { registeredNotification } from "./notificationDocument";
import type { NotificationRule } from "./notificationRule";

/** All rules of notifications that the program registered. Throws where S3 would refuse them. */
export function notificationRules(resources: Resource[]): NotificationRule[] {
  return ofType(resources, "aws:s3/bucketNotification:BucketNotification").flatMap(
    ({ inputs }) => registeredNotification(inputs).rules,
  );
}
