import path from "node:path";
import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutBucketCorsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Page } from "playwright-core";
import { startLocalCloud } from "../../../local/cloud";
import type { LocalCloud } from "../../../local/localCloud";
import { ConsolePage, stackOf } from "../../../testkit/browser/consolePage";

export const sample = path.join(__dirname, "../../../samples/sample.mp4");
const MiB = 2 ** 20;

/** A file that is chosen; its bytes are no video unless they are given. */
export function fileOf(name: string, bytes = 1000): { name: string; mimeType: string; buffer: Buffer } {
  return { name, mimeType: "video/mp4", buffer: Buffer.alloc(bytes, name) };
}

/** A file of so many parts of 5 MiB. */
export function fileOfParts(name: string, parts: number) {
  return fileOf(name, (parts - 1) * 5 * MiB + MiB);
}

/** A local cloud whose bucket lets the console's page upload, and a console of it in a browser. */
export class DropPage {
  private constructor(
    readonly cloud: LocalCloud,
    readonly shown: ConsolePage,
    private readonly close: () => Promise<void>,
  ) {}

  static async open(config: Record<string, string> = {}): Promise<DropPage> {
    const cloud = await startLocalCloud({ config });
    const stack = stackOf(cloud);
    const shown = await ConsolePage.open(stack);
    const dropped = new DropPage(cloud, shown, async () => {
      await shown.close();
      stack.destroy();
      await cloud.stop();
    });
    await dropped.allowUploads();
    return dropped;
  }

  get s3(): S3Client {
    return this.cloud.clients.s3;
  }

  stop(): Promise<void> {
    return this.close();
  }

  /** The rule that uploads from the page need. */
  async allowUploads(ExposeHeaders: string[] = ["ETag"]): Promise<void> {
    const rule = {
      ...{ AllowedOrigins: ["http://127.0.0.1:*"], AllowedMethods: ["PUT"], AllowedHeaders: ["*"] },
      ExposeHeaders,
    };
    await this.s3.send(
      new PutBucketCorsCommand({ Bucket: this.cloud.bucket, CORSConfiguration: { CORSRules: [rule] } }),
    );
  }

  /** The keys of the bucket's objects that begin so. */
  async keys(Prefix: string): Promise<string[]> {
    return [...(await this.sizes(Prefix)).keys()];
  }

  /** The sizes of the bucket's objects that begin so, in bytes. */
  async sizes(Prefix: string): Promise<Map<string, number>> {
    const { Contents = [] } = await this.s3.send(
      new ListObjectsV2Command({ Bucket: this.cloud.bucket, Prefix }),
    );
    return new Map(Contents.map(({ Key = "", Size = 0 }) => [Key, Size]));
  }

  /** Ends all uploads that S3 holds parts of, as a lifecycle rule does. */
  async abortAll(): Promise<void> {
    const { Uploads = [] } = await this.s3.send(
      new ListMultipartUploadsCommand({ Bucket: this.cloud.bucket }),
    );
    for (const { Key, UploadId } of Uploads)
      await this.s3.send(new AbortMultipartUploadCommand({ Bucket: this.cloud.bucket, Key, UploadId }));
  }

  /** The keys of uploads that S3 holds parts of. */
  async unfinished(): Promise<string[]> {
    const { Uploads = [] } = await this.s3.send(
      new ListMultipartUploadsCommand({ Bucket: this.cloud.bucket }),
    );
    return Uploads.map(({ Key = "" }) => Key);
  }
}

/** The part numbers that a page puts into the bucket, as they are sent, and those that S3 took. */
export function watchParts(page: Page): { sent: string[]; stored: string[] } {
  const parts = { sent: [] as string[], stored: [] as string[] };
  const nameOf = (url: string) => {
    const { pathname, searchParams } = new URL(url);
    return `${pathname.split("/").at(-1) ?? ""} ${searchParams.get("partNumber") ?? ""}`;
  };
  page.on("request", (request) => {
    if (request.method() === "PUT" && request.url().includes("X-Amz-Signature"))
      parts.sent.push(nameOf(request.url()));
  });
  page.on("response", (response) => {
    const request = response.request();
    if (request.method() === "PUT" && response.ok()) parts.stored.push(nameOf(request.url()));
  });
  return parts;
}

/** Lets a page send so many bytes a second. */
export async function slowDown(page: Page, uploadThroughput: number, offline = false): Promise<void> {
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  await network.send("Network.emulateNetworkConditions", {
    ...{ offline, latency: 0, downloadThroughput: -1, uploadThroughput },
  });
}

/** The card of a file. */
export function cardOf(page: Page, name: string) {
  return page.getByRole("region", { name: "Uploads" }).getByRole("listitem").filter({ hasText: name }).first();
}
