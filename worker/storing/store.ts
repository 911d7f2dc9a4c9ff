import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { S3Client } from "@aws-sdk/client-s3";
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { ReplacedVideoError, UnusableVideoError } from "../errors";
import { contentTypes } from "../../contract/outputs";
import type { ThumbnailFormat } from "../../contract/outputs";
import { explainS3Error } from "../s3Error";

/** A picture as it is to be stored. */
export interface StoredPicture {
  readonly image: Buffer;
  readonly format: ThumbnailFormat;
  readonly metadata: Record<string, string>;
}

/** What stands at a thumbnail's key. */
interface Present {
  readonly eTag: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of UTF-8. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const maxKeyBytes = 1024;

/** Throws UnusableVideoError for a key that S3 would refuse: `thumb/` makes it longer than the video's. */
export function assertStorable(key: string): void {
  const bytes = Buffer.byteLength(key);
  if (bytes > maxKeyBytes)
    throw new UnusableVideoError(`the thumbnail's key would be ${bytes} bytes long; S3 takes ${maxKeyBytes}`);
}

/**
 * The place of a thumbnail, as it was when it was looked at: written and cleared only as long as nobody else has
 * written there since, which S3 itself sees to.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 */
export class ThumbnailPlace {
  private constructor(
    private readonly s3: S3Client,
    private readonly object: { readonly Bucket: string; readonly Key: string },
    /** Null: nothing stands there. Undefined: this task may only write there, which one by hand may. */
    private present: Present | null | undefined,
  ) {}

  static async look(s3: S3Client, bucket: string, key: string, signal: AbortSignal): Promise<ThumbnailPlace> {
    const object = { Bucket: bucket, Key: key };
    return new ThumbnailPlace(s3, object, await present(s3, object, signal));
  }

  /** The metadata of what stands here; undefined when nothing does. */
  get metadata(): Readonly<Record<string, string>> | undefined {
    return this.present?.metadata;
  }

  /**
   * Stores the picture. Throws ReplacedVideoError when something else was stored here meanwhile, and any other error
   * when S3 does not take it, or may have taken it.
   */
  async store(picture: StoredPicture, signal: AbortSignal): Promise<void> {
    const command = new PutObjectCommand({
      ...this.object,
      Body: picture.image,
      ContentType: contentTypes[picture.format],
      Metadata: picture.metadata,
      ...(this.present === null && { IfNoneMatch: "*" }),
      ...(this.present?.eTag !== undefined && { IfMatch: this.present.eTag }),
    });
    try {
      const { ETag } = await this.s3.send(command, { abortSignal: signal });
      this.present = { eTag: ETag, metadata: picture.metadata };
    } catch (error) {
      if (!isRefusedCondition(error)) throw explainS3Error(error, `${this.name} could not be stored`);
      // S3 may have taken it before it lost an answer, so that the SDK's next try was refused.
      this.present = await present(this.s3, this.object, signal);
      if (!isThere(picture, this.present))
        throw new ReplacedVideoError(`${this.name} was stored by another worker meanwhile`);
    }
  }

  /** Deletes what stands here, if anything. Throws ReplacedVideoError when something else was stored here meanwhile. */
  async clear(signal: AbortSignal): Promise<void> {
    if (this.present?.eTag === undefined) return;
    const command = new DeleteObjectCommand({ ...this.object, IfMatch: this.present.eTag });
    try {
      await this.s3.send(command, { abortSignal: signal });
      this.present = null;
    } catch (error) {
      if (!isRefusedCondition(error)) throw explainS3Error(error, `${this.name} could not be deleted`);
      throw new ReplacedVideoError(`${this.name} was stored or deleted by another worker meanwhile`);
    }
  }

  private get name(): string {
    return `s3://${this.object.Bucket}/${this.object.Key}`;
  }
}

async function present(
  s3: S3Client,
  object: { readonly Bucket: string; readonly Key: string },
  signal: AbortSignal,
): Promise<Present | null | undefined> {
  try {
    const { ETag, Metadata = {} } = await s3.send(new HeadObjectCommand(object), { abortSignal: signal });
    return { eTag: ETag, metadata: Metadata };
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return null;
    if (status === 403) return undefined;
    throw explainS3Error(error, `s3://${object.Bucket}/${object.Key} could not be looked at`);
  }
}

/**
 * Whether the picture stands there, whoever stored it. The ETag of what is stored in one part with the bucket's own
 * encryption is its MD5; where it is not, the job is done once more, and that is all.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
function isThere({ image, metadata }: StoredPicture, present: Present | null | undefined): boolean {
  const eTag = `"${createHash("md5").update(image).digest("hex")}"`;
  return present?.eTag === eTag && isDeepStrictEqual({ ...present.metadata }, { ...metadata });
}

/**
 * 404: what was to match is gone. 409: another write was under way at the same time.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
function isRefusedCondition(error: unknown): boolean {
  if (error instanceof S3ServiceException && error.name === "NoSuchBucket") return false;
  return [404, 409, 412].includes(statusOf(error) ?? 0);
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}
