import http from "node:http";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { S3Client } from "@aws-sdk/client-s3";
import { Door } from "../../local/services/door";
import { startS3, type LocalS3, type ObjectEvent, type S3Front } from "../../local/services/s3/s3";
import { makeDirectory } from "./videos";

export const Bucket = "videos";

export interface RawAnswer {
  status: number | undefined;
  headers: http.IncomingHttpHeaders;
  body: string;
  /** The connection ended before the body did. */
  aborted: boolean;
}

/** A local S3 with one bucket, what it told of, and a client that does not try again. */
export class TestS3 {
  readonly events: ObjectEvent[] = [];
  client!: S3Client;
  private readonly files = makeDirectory();
  private server!: LocalS3;
  /** Who may call it. */
  readonly door = new Door();

  get directory(): string {
    return path.join(this.files.directory, "s3");
  }
  get endpoint(): URL {
    return new URL(this.server.endpoint);
  }

  /** A header that the door takes. */
  get authorization(): string {
    return `AWS4-HMAC-SHA256 Credential=${this.door.credentials.accessKeyId}/any`;
  }

  async start(front?: S3Front): Promise<void> {
    this.server = await startS3(this.directory, (event) => this.events.push(event), this.door, front);
    await this.server.createBucket(Bucket, "eu-west-1");
    const { credentials } = this.door;
    const { endpoint } = this.server;
    this.client = new S3Client({ endpoint, region: "eu-west-1", credentials, maxAttempts: 1 });
  }

  /** Has its bucket encrypt with a key of KMS's by default. */
  encrypt(encryption: Parameters<LocalS3["encrypt"]>[1]): void {
    this.server.encrypt(Bucket, encryption);
  }

  stop(): void {
    this.client.destroy();
    this.server.stop();
    this.files.remove();
  }

  /** A request as no SDK would send it: the path goes out as it is. Only its access key is right. */
  raw(
    method: string,
    requestPath: string,
    headers: http.OutgoingHttpHeaders = {},
    body = "",
  ): Promise<RawAnswer> {
    const { hostname: host, port } = this.endpoint;
    const { authorization } = this;
    return new Promise((resolve, reject) => {
      const request = http.request(
        { host, port, method, path: requestPath, headers: { authorization, ...headers } },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("error", () => undefined);
          answer.on("close", () => {
            const { statusCode: status } = answer;
            resolve({
              status,
              headers: answer.headers,
              body: Buffer.concat(chunks).toString(),
              aborted: !answer.complete,
            });
          });
        },
      );
      request.on("error", reject);
      request.end(body);
    });
  }
}

/** Settles as soon as it holds; a test that waits in vain ends by its own timeout. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}
