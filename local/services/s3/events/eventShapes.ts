import type { BusEvent } from "../../events/eventBridge";
import type { ObjectEvent } from "./objectEvent";
import { encodeKey } from "../encodeKey";

/** When something happened, and its place in the order of all that happens. */
export interface Moment {
  time: Date;
  sequence: number;
}

/**
 * The event that S3 sends to whom a rule of notifications names; the key is URL-encoded with `+` for a space.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function notificationOf(event: ObjectEvent, region: string, { time, sequence }: Moment): object {
  const { kind, bucket, key, sizeBytes, eTag, versionId } = event;
  const isTagging = kind.startsWith("ObjectTagging:");
  return {
    Records: [
      {
        eventVersion: isTagging ? "2.3" : "2.1",
        eventSource: "aws:s3",
        awsRegion: region,
        eventTime: time.toISOString(),
        eventName: kind,
        userIdentity: { principalId: "AWS:LOCAL" },
        requestParameters: { sourceIPAddress: "127.0.0.1" },
        responseElements: { "x-amz-request-id": "LOCAL", "x-amz-id-2": "LOCAL" },
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: "local",
          bucket: { name: bucket, ownerIdentity: { principalId: "LOCAL" }, arn: `arn:aws:s3:::${bucket}` },
          object: {
            key: encodeKey(key),
            eTag,
            versionId,
            // Of a change of tags S3 tells neither.
            ...(!isTagging && { size: sizeBytes, sequencer: sequencer(sequence) }),
          },
        },
      },
    ],
  };
}

/** What S3's events are called on EventBridge's bus, and why they happened. */
const busKinds: Readonly<Record<ObjectEvent["kind"], { type: string; why?: Record<string, string> }>> = {
  "ObjectCreated:Put": { type: "Object Created", why: { reason: "PutObject" } },
  "ObjectCreated:Post": { type: "Object Created", why: { reason: "POST Object" } },
  "ObjectCreated:CompleteMultipartUpload": {
    type: "Object Created",
    why: { reason: "CompleteMultipartUpload" },
  },
  "ObjectCreated:Copy": { type: "Object Created", why: { reason: "CopyObject" } },
  "ObjectRemoved:Delete": {
    type: "Object Deleted",
    why: { reason: "DeleteObject", "deletion-type": "Permanently Deleted" },
  },
  "ObjectRemoved:DeleteMarkerCreated": {
    type: "Object Deleted",
    why: { reason: "DeleteObject", "deletion-type": "Delete Marker Created" },
  },
  "ObjectTagging:Put": { type: "Object Tags Added" },
  "ObjectTagging:Delete": { type: "Object Tags Deleted" },
};

/**
 * The same as S3 puts it on EventBridge's bus; the key is as it is.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
 */
export function busEventOf(event: ObjectEvent, account: string, sequence: number): BusEvent {
  const { kind, bucket, key, sizeBytes, eTag, versionId } = event;
  const { type, why } = busKinds[kind];
  return {
    source: "aws.s3",
    "detail-type": type,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: {
        key,
        ...(type === "Object Created" && sizeBytes !== undefined && { size: sizeBytes }),
        ...(eTag !== undefined && { etag: eTag }),
        ...(versionId !== undefined && { "version-id": versionId }),
        ...(why !== undefined && { sequencer: sequencer(sequence) }),
      },
      "request-id": "LOCAL",
      requester: account,
      "source-ip-address": "127.0.0.1",
      ...why,
    },
  };
}

/** Of two events of one key the one with the greater text is the later. */
function sequencer(sequence: number): string {
  return sequence.toString(16).toUpperCase().padStart(18, "0");
}
