import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Door } from "../door";
import { answer, refuse } from "./answering";
import type { DenialOf } from "./access";
import { Bucket, type KmsEncryption } from "./bucket";
import { allowsPage, corsHeaders, type CorsRule } from "./pages/cors";
import { isForm } from "./pages/form";
import { noNotification } from "./events/notificationDocument";
import type { Notification } from "./events/notificationRule";
import type { ObjectEvent } from "./events/objectEvent";
import { readRequest, send, type S3Request } from "./request";

export type { ObjectEvent, S3Request };

/** S3 on this machine, with contents in files, so that a video may be larger than the memory. */
export interface LocalS3 {
  endpoint: string;
  createBucket(name: string, region?: string): Promise<void>;
  /** Has a bucket encrypt with a key of KMS's what is put without a word on it. */
  encrypt(bucket: string, encryption: KmsEncryption | undefined): void;
  /** What a bucket tells, and whom; it is put there by the program's registration, and by calls of S3's API. */
  notificationOf(bucket: string): Notification;
  /** All documents of a bucket as they are kept, by the parameters that name them. */
  documentsOf(bucket: string): ReadonlyMap<string, string>;
  setNotification(bucket: string, notification: Notification): void;
  /** Which web pages may call a bucket. */
  allowPages(bucket: string, rules: readonly CorsRule[]): void;
  stop(): void;
}

/** Stands in front of S3: sees a request and, once `next` has settled, its answer, which has not been sent yet. */
export type S3Front = (request: S3Request, next: () => Promise<void>) => Promise<void>;

/**
 * Starts S3 on a free port of 127.0.0.1, with the calls of its API that the product and its users' tools need.
 * Whoever the door lets in may make those that it allows. `onEvent` is called once for each thing that happens, when it has.
 */
export async function startS3(
  directory: string,
  onEvent: (event: ObjectEvent) => void,
  door: Door,
  front: S3Front = (_request, next) => next(),
): Promise<LocalS3> {
  await mkdir(directory, { recursive: true });
  const buckets = new Map<string, Bucket>();
  // Several GB may take any time on a busy machine.
  const server = createServer({ requestTimeout: 0 }, (req, res) => {
    const request = readRequest(req, res);
    Object.assign(request.answerHeaders, corsHeaders(buckets, req));
    const denialOf: DenialOf = (needs) => door.denialOf(request.accessKeyId, needs);
    const answered = () => answer(request, buckets, denialOf, (accessKeyId) => door.secretOf(accessKeyId));
    // Whoever asks only whether a page may call, and comes through the door, has heard that it may.
    void (req.method === "OPTIONS" ? Promise.resolve() : front(request, answered))
      .catch((error: unknown) => {
        refuse(request, error);
      })
      .then(() => send(request));
  });
  door.guard(server, {
    allowsPage: (req) => allowsPage(buckets, req),
    isSignedInside: isForm,
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    createBucket(name, region) {
      if (!buckets.has(name)) buckets.set(name, new Bucket(name, directory, onEvent, region));
      return Promise.resolve();
    },
    encrypt(name, encryption) {
      const bucket = buckets.get(name);
      if (bucket === undefined) throw new Error(`There is no bucket ${name} to encrypt.`);
      bucket.encryption = encryption;
    },
    notificationOf: (bucket) => buckets.get(bucket)?.notification ?? noNotification,
    documentsOf(name) {
      const { documents = [], notification = noNotification } = buckets.get(name) ?? {};
      return new Map([...documents, ["notification", notification.document]]);
    },
    allowPages(name, rules) {
      const bucket = buckets.get(name);
      if (bucket === undefined) throw new Error(`There is no bucket ${name} for pages to call.`);
      bucket.cors = [...rules];
    },
    setNotification(bucket, notification) {
      const known = buckets.get(bucket);
      if (known === undefined)
        throw new Error(`Notifications are registered for ${bucket}, which is no bucket.`);
      known.notification = notification;
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
