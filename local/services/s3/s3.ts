import { mkdir } from "node:fs/promises";
import path from "node:path";
import S3rver from "@20minutes/s3rver";
import { correctS3 } from "./s3Corrections";

/** What happened to an object in a bucket. */
export interface ObjectEvent {
  /**
   * The event's name in S3's words.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
   */
  kind:
    | `ObjectCreated:${"Put" | "CompleteMultipartUpload" | "Copy"}`
    | `ObjectRemoved:${"Delete" | "DeleteMarkerCreated"}`
    | `ObjectTagging:${"Put" | "Delete"}`;
  bucket: string;
  /** As the client named it, not encoded. */
  key: string;
  /** Of an object that was created. */
  sizeBytes?: number;
  /** Without quotes, as in S3's events; a removed object has none. */
  eTag?: string;
  /** Where the bucket keeps versions. */
  versionId?: string;
}

/** S3 on this machine: s3rver with its files in a directory, so that a video may be larger than the memory. */
export interface LocalS3 {
  endpoint: string;
  createBucket(name: string): Promise<void>;
  stop(): void;
}

/** Stands in front of S3: sees a request and, once `next` has settled, its answer, which has not been sent yet. */
export type S3Front = (request: S3rver.Context, next: () => Promise<void>) => Promise<void>;

/** Starts S3 on a free port of 127.0.0.1. `onEvent` is called once for each thing that happens, when it has. */
export async function startS3(
  directory: string,
  onEvent: (event: ObjectEvent) => void,
  front?: S3Front,
): Promise<LocalS3> {
  await mkdir(directory, { recursive: true });
  const server = new S3rver({ address: "127.0.0.1", port: 0, directory, silent: true, vhostBuckets: false });
  correctS3(server);
  if (front !== undefined) server.middleware.unshift(front);
  // A client that goes away in the middle of a body is no fault of the server's.
  server.on("error", () => undefined);
  server.on("event", (event) => {
    for (const { eventName, s3 } of event.Records) {
      const kind = createdBy[eventName];
      if (kind === undefined) continue;
      const { key, size = 0, eTag = "" } = s3.object;
      onEvent({ kind, bucket: s3.bucket.name, key, sizeBytes: size, eTag });
    }
  });
  // s3rver tells of DeleteObject's removals, not of DeleteObjects'.
  const deleteObject = server.store.deleteObject.bind(server.store);
  server.store.deleteObject = async (bucket, key) => {
    await deleteObject(bucket, key);
    onEvent({ kind: "ObjectRemoved:Delete", bucket, key });
  };
  const { port } = await server.run();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async createBucket(name) {
      await mkdir(path.join(directory, name), { recursive: true });
    },
    stop() {
      server.httpServer.close();
      server.httpServer.closeAllConnections();
    },
  };
}

/** s3rver calls the end of a multipart upload a Post. */
const createdBy: Record<string, ObjectEvent["kind"]> = {
  "ObjectCreated:Put": "ObjectCreated:Put",
  "ObjectCreated:Post": "ObjectCreated:CompleteMultipartUpload",
  "ObjectCreated:Copy": "ObjectCreated:Copy",
};
