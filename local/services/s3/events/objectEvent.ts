/** What happened to an object in a bucket. */
export interface ObjectEvent {
  /**
   * The event's name in S3's words.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
   */
  kind:
    | `ObjectCreated:${"Put" | "Post" | "CompleteMultipartUpload" | "Copy"}`
    | `ObjectRemoved:${"Delete" | "DeleteMarkerCreated"}`
    | `ObjectTagging:${"Put" | "Delete"}`;
  bucket: string;
  /** As the client named it, not encoded. */
  key: string;
  /** Of an object that was not removed. */
  sizeBytes?: number;
  /** Without quotes, as in S3's events; a removed object has none. */
  eTag?: string;
  /** Where the bucket keeps versions. */
  versionId?: string;
}
