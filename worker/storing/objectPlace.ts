import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { S3Client } from "@aws-sdk/client-s3";
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { ReplacedVideoError } from "../errors";
import { explainS3Error } from "../s3Error";

/** An object as it is to be stored. */
export interface StoredObject {
  readonly content: Buffer;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where an object stands. */
export interface ObjectAddress {
  readonly Bucket: string;
  readonly Key: string;
}

/** What stands at a key. */
interface Present {
  /** Quoted. */
  readonly eTag: string | undefined;
  /** Empty where only a list has told of it. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * What is stored here is stored anew under the same key when its video is: browsers and CDNs may keep it, and ask by its
 * ETag whether it still is that one. https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Cache-Control and
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 */
const cacheControl = "no-cache";

/**
 * The place of an object, as it was when it was looked at: written and cleared only as long as nobody else has written
 * there since, which S3 itself sees to.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 */
export class ObjectPlace {
  private constructor(
    private readonly s3: S3Client,
    private readonly object: ObjectAddress,
    /** Null: nothing stands there. Undefined: this task may only write there, which one by hand may. */
    private present: Present | null | undefined,
  ) {}

  static async look(s3: S3Client, object: ObjectAddress, signal: AbortSignal): Promise<ObjectPlace> {
    return new ObjectPlace(s3, object, await present(s3, object, signal));
  }

  /** A place as a list has told of it: by the quoted ETag of what stands there; undefined for nothing. */
  static listed(s3: S3Client, object: ObjectAddress, eTag: string | undefined): ObjectPlace {
    return new ObjectPlace(s3, object, eTag === undefined ? null : { eTag, metadata: {} });
  }

  /** The metadata of what stands here; undefined when nothing does. */
  get metadata(): Readonly<Record<string, string>> | undefined {
    return this.present?.metadata;
  }

  /** Of what stands here, quoted; undefined when nothing does. */
  get eTag(): string | undefined {
    return this.present?.eTag;
  }

  /** The place as it is by now. */
  again(signal: AbortSignal): Promise<ObjectPlace> {
    return ObjectPlace.look(this.s3, this.object, signal);
  }

  /**
   * Stores an object. Throws ReplacedVideoError when something else was stored here meanwhile, and any other error when
   * S3 does not take it, or may have taken it.
   */
  async store(stored: StoredObject, signal: AbortSignal): Promise<void> {
    const { content, contentType, metadata } = stored;
    const command = new PutObjectCommand({
      ...this.object,
      Body: content,
      ContentType: contentType,
      CacheControl: cacheControl,
      Metadata: metadata,
      ...(this.present === null && { IfNoneMatch: "*" }),
      ...(this.present?.eTag !== undefined && { IfMatch: this.present.eTag }),
    });
    try {
      const { ETag } = await this.s3.send(command, { abortSignal: signal });
      this.present = { eTag: ETag, metadata };
    } catch (error) {
      if (!isRefusedCondition(error)) throw explainS3Error(error, `${this.name} could not be stored`);
      // S3 may have taken it before it lost an answer, so that the SDK's next try was refused.
      this.present = await present(this.s3, this.object, signal);
      if (!isThere(stored, this.present))
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
  object: ObjectAddress,
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
 * Whether the object stands there, whoever stored it. The ETag of what is stored in one part with the bucket's own
 * encryption is its MD5; where it is not, the job is done once more, and that is all.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
function isThere({ content, metadata }: StoredObject, present: Present | null | undefined): boolean {
  const eTag = `"${createHash("md5").update(content).digest("hex")}"`;
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
