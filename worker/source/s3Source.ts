import type { S3Client } from "@aws-sdk/client-s3";
import { GetObjectCommand, GetObjectTaggingCommand, S3ServiceException } from "@aws-sdk/client-s3";
import { videoTimestampTag } from "../../contract/outputs";
import { ReplacedVideoError, UnusableVideoError, VideoGoneError } from "../errors";
import type { ByteRange, RangedAnswer, RangedSource } from "./rangedSource";
import { totalBytesOf } from "./rangedSource";
import { explainS3Error, reasonNotToRead } from "../s3Error";

/** Within this time an S3 in good health answers, and has sent a mebibyte. A video that asks often is none of its troubles. */
const ordinaryMs = 1000;

interface S3SourceOptions {
  readonly versionId?: string | undefined;
  /** Also tells the video's tag `thumbnail-timestamp`. */
  readonly tellsTag?: boolean;
}

/**
 * A video in S3, read with GetObject; where its tag is to be told and it has tags, with GetObjectTagging too. The answer
 * to a GET tells how many tags there are, to whoever may read them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export class S3Source implements RangedSource {
  private delayedMs = 0;

  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    private readonly key: string,
    private readonly options: S3SourceOptions = {},
  ) {}

  /** How much longer than an answer of S3's in good health takes all answers together have taken. */
  get delayedSeconds(): number {
    return this.delayedMs / 1000;
  }

  async read(range: ByteRange, eTag: string | undefined, signal: AbortSignal): Promise<RangedAnswer> {
    const command = new GetObjectCommand({
      Bucket: this.bucket,
      Key: this.key,
      VersionId: this.options.versionId,
      Range: `bytes=${range.start}-${range.end - 1}`,
      IfMatch: eTag,
    });
    const askedAtMs = performance.now();
    try {
      const answer = await this.s3.send(command, { abortSignal: signal });
      if (answer.Body === undefined) throw new Error("S3 answered without a body");
      const asksForTag = eTag === undefined && this.options.tellsTag === true && (answer.TagCount ?? 0) > 0;
      const [{ buffer, byteOffset, byteLength }, timestampTag] = await Promise.all([
        answer.Body.transformToByteArray(),
        asksForTag ? this.timestampTag(signal) : undefined,
      ]);
      return {
        bytes: Buffer.from(buffer, byteOffset, byteLength),
        totalBytes: totalBytesOf(answer.ContentRange),
        eTag: answer.ETag,
        lastModified: answer.LastModified,
        versionId: answer.VersionId,
        metadata: answer.Metadata ?? {},
        timestampTag,
      };
    } catch (error) {
      throw this.explain(error);
    } finally {
      this.delayedMs += Math.max(0, performance.now() - askedAtMs - ordinaryMs);
    }
  }

  /** Of the version that is the current one by now: to ask for another one's would take a right of its own. */
  private async timestampTag(signal: AbortSignal): Promise<string | undefined> {
    const command = new GetObjectTaggingCommand({ Bucket: this.bucket, Key: this.key });
    const { TagSet = [] } = await this.s3.send(command, { abortSignal: signal });
    return TagSet.find(({ Key }) => Key === videoTimestampTag)?.Value?.trim();
  }

  private explain(error: unknown): unknown {
    if (!(error instanceof S3ServiceException)) return error;
    const { versionId } = this.options;
    const version = versionId === undefined ? "" : `?versionId=${versionId}`;
    const name = `s3://${this.bucket}/${this.key}${version}`;
    const unreadable = reasonNotToRead(error, name);
    if (unreadable !== undefined) return new UnusableVideoError(unreadable);
    switch (error.$metadata.httpStatusCode) {
      // The second for a delete marker: of its tags, or where it is asked for by its version.
      case 404:
      case 405:
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
