import { mkdir } from "node:fs/promises";
import path from "node:path";
import S3rver from "@20minutes/s3rver";
import { correctS3 } from "./s3Corrections";

/** An object that was put into a bucket. */
export interface ObjectCreated {
  bucket: string;
  /** As the client named it, not encoded. */
  key: string;
  sizeBytes: number;
  /** Without quotes, as in S3's events. */
  eTag: string;
  /** Which call created it, in S3's words. */
  method: "Put" | "CompleteMultipartUpload" | "Copy";
}

/** An object that was deleted from a bucket. */
export interface ObjectRemoved {
  bucket: string;
  key: string;
  method: "Delete";
}

/** S3 on this machine: s3rver with its files in a directory, so that a video may be larger than the memory. */
export interface LocalS3 {
  endpoint: string;
  createBucket(name: string): Promise<void>;
  stop(): void;
}

/** Stands in front of S3: sees a request and, once `next` has settled, its answer, which has not been sent yet. */
export type S3Front = (request: S3rver.Context, next: () => Promise<void>) => Promise<void>;

/** Starts S3 on a free port of 127.0.0.1. Each callback is called once for each object that is stored or deleted. */
export async function startS3(
  directory: string,
  onObjectCreated: (object: ObjectCreated) => void,
  front?: S3Front,
  onObjectRemoved: (object: ObjectRemoved) => void = () => undefined,
): Promise<LocalS3> {
  await mkdir(directory, { recursive: true });
  const server = new S3rver({ address: "127.0.0.1", port: 0, directory, silent: true, vhostBuckets: false });
  correctS3(server);
  if (front !== undefined) server.middleware.unshift(front);
  // A client that goes away in the middle of a body is no fault of the server's.
  server.on("error", () => undefined);
  server.on("event", (event) => {
    for (const { eventName, s3 } of event.Records) {
      if (eventName === "ObjectRemoved:Delete")
        onObjectRemoved({ bucket: s3.bucket.name, key: s3.object.key, method: "Delete" });
      const method = createdBy[eventName];
      if (method === undefined) continue;
      const { key, size = 0, eTag = "" } = s3.object;
      onObjectCreated({ bucket: s3.bucket.name, key, sizeBytes: size, eTag, method });
    }
  });
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
const createdBy: Record<string, ObjectCreated["method"]> = {
  "ObjectCreated:Put": "Put",
  "ObjectCreated:Post": "CompleteMultipartUpload",
  "ObjectCreated:Copy": "Copy",
};
