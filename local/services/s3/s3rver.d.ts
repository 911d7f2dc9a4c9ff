/** The part of @20minutes/s3rver (which has no types of its own) that the local S3 builds on. */
declare module "@20minutes/s3rver" {
  import type { IncomingMessage, Server, ServerResponse } from "node:http";
  import type { AddressInfo } from "node:net";
  import type { Readable } from "node:stream";

  namespace S3rver {
    interface Options {
      address: string;
      port: number;
      directory: string;
      silent: boolean;
      vhostBuckets: boolean;
    }

    /** Koa's context. */
    interface Context {
      req: IncomingMessage | Readable;
      res: ServerResponse;
      /** False: the middleware has seen to the answer itself. */
      respond?: boolean;
      headers: Record<string, string | undefined>;
      method: string;
      path: string;
      status: number;
      type: string;
      length: number;
      body: unknown;
      set(header: string, value: string): void;
      response: { get(header: string): string };
    }

    interface Store {
      getBucketPath(bucket: string): string;
      /** The file of what belongs to an object, or without a key to a bucket. */
      getResourcePath(bucket: string, key: string | undefined, resource: string): string;
      getMetadata(bucket: string, key: string): Promise<{ etag: string; "content-length": number }>;
      putContent(path: string, content: Readable | Buffer): Promise<[sizeBytes: number, md5: string]>;
    }

    interface Event {
      Records: {
        eventName: string;
        s3: { bucket: { name: string }; object: { key: string; size?: number; eTag?: string } };
      }[];
    }
  }

  class S3rver {
    constructor(options: S3rver.Options);
    middleware: ((context: S3rver.Context, next: () => Promise<void>) => Promise<void>)[];
    store: S3rver.Store;
    httpServer: Server;
    run(): Promise<AddressInfo>;
    on(event: "event", listener: (event: S3rver.Event) => void): this;
    on(event: "error", listener: (error: Error) => void): this;
  }
  export = S3rver;
}
