import type { S3Client } from "@aws-sdk/client-s3";
import { GetObjectCommand, S3ServiceException } from "@aws-sdk/client-s3";
import { ReplacedVideoError, UnusableVideoError, VideoGoneError } from "../errors";
import type { ByteRange, RangedAnswer, RangedSource } from "./rangedSource";
import { totalBytesOf } from "./rangedSource";
import { explainS3Error, reasonNotToRead } from "../s3Error";

/** Within this time an S3 in good health answers, and has sent a mebibyte. A video that asks often is none of its troubles. */
const ordinaryMs = 1000;

/** A video in S3, read with GetObject alone. */
export class S3Source implements RangedSource {
  private delayedMs = 0;

  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    private readonly key: string,
    private readonly versionId?: string,
  ) {}

  /** How much longer than an answer of S3's in good health takes all answers together have taken. */
  get delayedSeconds(): number {
    return this.delayedMs / 1000;
  }

  async read(range: ByteRange, eTag: string | undefined, signal: AbortSignal): Promise<RangedAnswer> {
    const command = new GetObjectCommand({
      Bucket: this.bucket,
      Key: this.key,
      VersionId: this.versionId,
      Range: `bytes=${range.start}-${range.end - 1}`,
      IfMatch: eTag,
    });
    const askedAtMs = performance.now();
    try {
      const answer = await this.s3.send(command, { abortSignal: signal });
      if (answer.Body === undefined) throw new Error("S3 answered without a body");
      const { buffer, byteOffset, byteLength } = await answer.Body.transformToByteArray();
      return {
        bytes: Buffer.from(buffer, byteOffset, byteLength),
        totalBytes: totalBytesOf(answer.ContentRange),
        eTag: answer.ETag,
        lastModified: answer.LastModified,
        versionId: answer.VersionId,
        metadata: answer.Metadata ?? {},
      };
    } catch (error) {
      throw this.explain(error);
    } finally {
      this.delayedMs += Math.max(0, performance.now() - askedAtMs - ordinaryMs);
    }
  }

  private explain(error: unknown): unknown {
    if (!(error instanceof S3ServiceException)) return error;
    const version = this.versionId === undefined ? "" : `?versionId=${this.versionId}`;
    const name = `s3://${this.bucket}/${this.key}${version}`;
    const unreadable = reasonNotToRead(error, name);
    if (unreadable !== undefined) return new UnusableVideoError(unreadable);
    switch (error.$metadata.httpStatusCode) {
      case 404:
        return new VideoGoneError(`the video is gone: ${name} does not exist (${error.name})`);
      case 412:
        return new ReplacedVideoError(`${name} was replaced while it was read`, { cause: error });
      case 416:
        return new UnusableVideoError("not a video: the file is empty");
      default:
        return explainS3Error(error, `${name} could not be read`);
    }
  }
}
