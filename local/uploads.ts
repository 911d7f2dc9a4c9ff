import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";

/** Puts files into the local cloud's bucket, and knows how many are on their way. */
export class Uploads {
  pending = 0;

  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
  ) {}

  /** Uploads a file, or the given bytes. */
  async put(source: string | Buffer, key: string, metadata?: Record<string, string>): Promise<void> {
    const isFile = typeof source === "string";
    this.pending += 1;
    try {
      const upload = new PutObjectCommand({
        Bucket: this.bucket,
        Key: key,
        Body: isFile ? createReadStream(source) : source,
        ContentLength: isFile ? (await stat(source)).size : source.length,
        Metadata: metadata,
      });
      await this.s3.send(upload);
    } finally {
      this.pending -= 1;
    }
  }
}
