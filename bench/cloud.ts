import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { CloudMessage } from "./cloudProcess";

type Addresses = Extract<CloudMessage, { s3: string }>;
export type Sent = Extract<CloudMessage, { bytes: number }>;

/** The bucket of the bench, and its key for everything. */
export const bucket = "videos";

/** S3 and SQS on this machine, which count what S3 sends. */
export class Cloud {
  private constructor(
    private readonly process: ChildProcess,
    readonly addresses: Addresses,
    readonly s3: S3Client,
  ) {}

  static async start(directory: string): Promise<Cloud> {
    const child = fork(path.join(__dirname, "cloudProcess.ts"), [directory], {
      execArgv: ["--require", require.resolve("../scripts/typescript.cjs")],
    });
    const [addresses] = (await once(child, "message")) as [Addresses];
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: addresses.s3,
      AWS_ENDPOINT_URL_SQS: addresses.sqs,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: addresses.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: addresses.credentials.secretAccessKey,
    });
    return new Cloud(child, addresses, new S3Client({ forcePathStyle: true }));
  }

  /** What S3 sent since the last call: bytes handed to its sockets, headers among them, and requests answered. */
  async takeSent(): Promise<Sent> {
    this.process.send("take");
    const [sent] = (await once(this.process, "message")) as [Sent];
    return sent;
  }

  async upload(file: string, key: string): Promise<void> {
    const { size } = await stat(file);
    await this.s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: createReadStream(file), ContentLength: size }),
    );
  }

  url(key: string): string {
    return `${this.addresses.s3}/${bucket}/${key}`;
  }

  /** What lets a program in that signs nothing. */
  get authorization(): string {
    return `AWS4-HMAC-SHA256 Credential=${this.addresses.credentials.accessKeyId}/`;
  }

  stop(): void {
    this.s3.destroy();
    this.process.disconnect();
  }
}
