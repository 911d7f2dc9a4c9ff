import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { PutObjectCommandInput, S3Client } from "@aws-sdk/client-s3";
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { ReplacedVideoError } from "../errors";
import { explainS3Error } from "../s3Error";

/** What objects are stored by. */
export interface ObjectStore {
  readonly s3: S3Client;
  /** What is stored is encrypted with this key of KMS's; undefined: as the bucket itself does it. */
  readonly kmsKeyArn?: string | undefined;
  /** Whether a task that may write and not look may write whatever stands there; otherwise that is an error. */
  readonly mayOnlyWrite?: boolean;
}

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
  /** A key of KMS's encrypts it; then the ETag is no MD5 of the content. */
  readonly isKmsEncrypted?: boolean;
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
    private readonly objects: ObjectStore,
    private readonly object: ObjectAddress,
    /** Null: nothing stands there. Undefined: this task may only write there, which one by hand may. */
    private present: Present | null | undefined,
  ) {}

  static async look(store: ObjectStore, object: ObjectAddress, signal: AbortSignal): Promise<ObjectPlace> {
    return new ObjectPlace(store, object, await present(store, object, signal));
  }

  /** A place as a list has told of it: by the quoted ETag of what stands there; undefined for nothing. */
  static listed(store: ObjectStore, object: ObjectAddress, eTag: string | undefined): ObjectPlace {
    return new ObjectPlace(store, object, eTag === undefined ? null : { eTag, metadata: {} });
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
    return ObjectPlace.look(this.objects, this.object, signal);
  }

  /**
   * Stores an object. Throws ReplacedVideoError when something else was stored here meanwhile, and any other error when
   * S3 does not take it, or may have taken it.
   */
  async store(stored: StoredObject, signal: AbortSignal): Promise<void> {
    const { content, contentType, metadata } = stored;
    const { s3, kmsKeyArn } = this.objects;
    const command = new PutObjectCommand({
      ...this.object,
      Body: content,
      ContentType: contentType,
      CacheControl: cacheControl,
      Metadata: metadata,
      ChecksumSHA256: sha256Of(content),
      ...(kmsKeyArn !== undefined && encryptedWith(kmsKeyArn)),
      ...(this.present === null && { IfNoneMatch: "*" }),
      ...(this.present?.eTag !== undefined && { IfMatch: this.present.eTag }),
    });
    try {
      const { ETag } = await s3.send(command, { abortSignal: signal });
      this.present = { eTag: ETag, metadata };
    } catch (error) {
      if (!isRefusedCondition(error)) throw explainS3Error(error, `${this.name} could not be stored`);
      // S3 may have taken it before it lost an answer, so that the SDK's next try was refused.
      this.present = await present(this.objects, this.object, signal);
      if (!(await this.isThere(stored, signal)))
        throw new ReplacedVideoError(`${this.name} was stored by another worker meanwhile`);
    }
  }

  /** Deletes what stands here, if anything. Throws ReplacedVideoError when something else was stored here meanwhile. */
  async clear(signal: AbortSignal): Promise<void> {
    if (this.present?.eTag === undefined) return;
    const command = new DeleteObjectCommand({ ...this.object, IfMatch: this.present.eTag });
    try {
      await this.objects.s3.send(command, { abortSignal: signal });
      this.present = null;
    } catch (error) {
      if (!isRefusedCondition(error)) throw explainS3Error(error, `${this.name} could not be deleted`);
      throw new ReplacedVideoError(`${this.name} was stored or deleted by another worker meanwhile`);
    }
  }

  /**
   * Whether the object stands here, whoever stored it. An ETag is an MD5, unless a key of KMS's encrypts: then S3 has the
   * checksum, and tells it to who may decrypt with that key. Where it does not, the job is done once more, and that is all.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
   */
  private async isThere({ content, metadata }: StoredObject, signal: AbortSignal): Promise<boolean> {
    if (this.eTag === undefined || !isDeepStrictEqual({ ...this.metadata }, { ...metadata })) return false;
    if (this.present?.isKmsEncrypted !== true) return this.eTag === `"${md5Of(content)}"`;
    const command = new HeadObjectCommand({ ...this.object, ChecksumMode: "ENABLED", IfMatch: this.eTag });
    try {
      const { ChecksumSHA256 } = await this.objects.s3.send(command, { abortSignal: signal });
      return ChecksumSHA256 === sha256Of(content);
    } catch (error) {
      if (statusOf(error) === 403 || isRefusedCondition(error)) return false;
      throw explainS3Error(error, `${this.name} could not be looked at`);
    }
  }

  private get name(): string {
    return `s3://${this.object.Bucket}/${this.object.Key}`;
  }
}

async function present(
  { s3, mayOnlyWrite = false }: ObjectStore,
  object: ObjectAddress,
  signal: AbortSignal,
): Promise<Present | null | undefined> {
  try {
    const answer = await s3.send(new HeadObjectCommand(object), { abortSignal: signal });
    const { ETag, Metadata = {}, ServerSideEncryption = "" } = answer;
    return { eTag: ETag, metadata: Metadata, isKmsEncrypted: ServerSideEncryption.startsWith("aws:kms") };
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return null;
    if (status === 403 && mayOnlyWrite) return undefined;
    const needs = status === 403 ? ", which needs s3:GetObject and s3:ListBucket" : "";
    throw explainS3Error(error, `s3://${object.Bucket}/${object.Key} could not be looked at${needs}`);
  }
}

/**
 * One data key for many objects of a bucket: fewer calls of KMS's, each of which costs and counts.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
 */
function encryptedWith(
  kmsKeyArn: string,
): Pick<PutObjectCommandInput, "ServerSideEncryption" | "SSEKMSKeyId" | "BucketKeyEnabled"> {
  return { ServerSideEncryption: "aws:kms", SSEKMSKeyId: kmsKeyArn, BucketKeyEnabled: true };
}

function md5Of(content: Buffer): string {
  return createHash("md5").update(content).digest("hex");
}

function sha256Of(content: Buffer): string {
  return createHash("sha256").update(content).digest("base64");
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
