import { randomUUID } from "node:crypto";
import { discardContent, type StoredContent } from "./content";
import type { CorsRule } from "./pages/cors";
import { noNotification } from "./events/notificationDocument";
import type { Notification } from "./events/notificationRule";
import type { ObjectEvent } from "./events/objectEvent";
import { S3Error } from "./s3Error";

export interface Tag {
  Key: string;
  Value: string;
}

/** How a key of KMS's encrypts an object, or what is put into a bucket. */
export interface KmsEncryption {
  /** Undefined: AWS's own key for S3, which whoever may call S3 may use. */
  readonly keyArn: string | undefined;
  /** One data key for many objects of the bucket. */
  readonly hasBucketKey: boolean;
}

export interface S3Object extends Pick<StoredContent, "file" | "sizeBytes"> {
  /** Without quotes. */
  readonly eTag: string;
  /** What a GET gives back as it was given: content type, metadata, checksum, … */
  readonly headers: Record<string, string | undefined>;
  tags: Tag[];
  /** Undefined: S3's own keys. */
  readonly encryption?: KmsEncryption | undefined;
}

export interface Version {
  /** `null`, in four letters, for what was put while the bucket kept no versions. */
  readonly id: string;
  readonly lastModified: Date;
  /** Undefined: a delete marker. */
  readonly object?: S3Object | undefined;
}

/** A version that is no delete marker. */
export type ObjectVersion = Version & { readonly object: S3Object };

export interface Upload {
  readonly key: string;
  readonly headers: S3Object["headers"];
  readonly tags: Tag[];
  readonly encryption: KmsEncryption | undefined;
  readonly parts: Map<number, Part>;
  readonly startedAt: Date;
}

export interface Part extends StoredContent {
  readonly lastModified: Date;
}

/**
 * What is in a bucket: contents are files, everything else is in memory. So a change is one step that nobody sees
 * half of: content and metadata change together, and a condition holds in the moment of the change.
 */
export class Bucket {
  versioning: "Enabled" | "Suspended" | undefined;
  /** Which web pages may call it. */
  cors: readonly CorsRule[] = [];
  /** Of what is put without a word on it. */
  encryption: KmsEncryption | undefined;
  /** What it tells, and whom. */
  notification: Notification = noNotification;
  /** Further documents, by the parameter that names each. */
  readonly documents = new Map<string, string>();
  readonly uploads = new Map<string, Upload>();
  /** The versions of each key, the newest first. */
  private readonly versions = new Map<string, readonly Version[]>();
  private sortedKeys: string[] | undefined;

  constructor(
    readonly name: string,
    /** Where contents are. */
    readonly directory: string,
    private readonly tell: (event: ObjectEvent) => void,
    readonly region = "us-east-1",
  ) {}

  /** The newest version, if that is an object. */
  current(key: string): ObjectVersion | undefined {
    const newest = this.versions.get(key)?.[0];
    return newest && isObject(newest) ? newest : undefined;
  }

  /** The version of this id, or the newest. Throws as S3 does for one that is not there, or is a delete marker. */
  read(key: string, versionId?: string | null): ObjectVersion {
    const versions = this.versions.get(key) ?? [];
    const version = versionId ? versions.find(({ id }) => id === versionId) : versions[0];
    if (version === undefined) throw new S3Error(versionId ? "NoSuchVersion" : "NoSuchKey");
    if (isObject(version)) return version;
    throw new S3Error(versionId ? "MethodNotAllowed" : "NoSuchKey", this.versionHeaders(version));
  }

  put(key: string, object: S3Object, kind: ObjectEvent["kind"]): ObjectVersion {
    const version = { ...this.newVersion(), object };
    this.add(key, version);
    this.tellOf(kind, key, version);
    return version;
  }

  /**
   * Deletes one version, or puts a delete marker in front of all where the bucket keeps versions.
   * Gives the version that is gone, or the marker; undefined when there was nothing to delete.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html
   */
  delete(key: string, versionId?: string | null): Version | undefined {
    if (this.versioning !== undefined && !versionId) {
      const marker = this.newVersion();
      this.add(key, marker);
      this.tellOf("ObjectRemoved:DeleteMarkerCreated", key, marker);
      return marker;
    }
    const version = this.versions.get(key)?.find(({ id }) => id === (versionId ?? "null"));
    if (version === undefined) return undefined;
    this.set(
      key,
      this.versions.get(key)?.filter((one) => one !== version),
    );
    discard(version);
    this.tellOf("ObjectRemoved:Delete", key, version);
    return version;
  }

  tag(key: string, version: ObjectVersion, tags: Tag[], kind: ObjectEvent["kind"]): void {
    version.object.tags = tags;
    this.tellOf(kind, key, version);
  }

  /** What an answer tells of a version. */
  versionHeaders(version: Version): Record<string, string | undefined> {
    return {
      "x-amz-version-id": this.versionIdOf(version),
      "x-amz-delete-marker": version.object ? undefined : "true",
    };
  }

  /** The keys with their versions, in the order of the keys' bytes in UTF-8. */
  *inOrder(): Generator<[key: string, versions: readonly Version[]]> {
    this.sortedKeys ??= [...this.versions.keys()].sort(compareBytes);
    for (const key of this.sortedKeys) yield [key, this.versions.get(key) ?? []];
  }

  private newVersion(): Version {
    return {
      id: this.versioning === "Enabled" ? randomUUID() : "null",
      lastModified: wholeSeconds(new Date()),
    };
  }

  private versionIdOf({ id }: Version): string | undefined {
    return this.versioning === undefined ? undefined : id;
  }

  private add(key: string, version: Version): void {
    const before = this.versions.get(key) ?? [];
    for (const replaced of before.filter(({ id }) => id === version.id)) discard(replaced);
    this.set(key, [version, ...before.filter(({ id }) => id !== version.id)]);
  }

  private set(key: string, versions: readonly Version[] = []): void {
    if (versions.length === 0 || !this.versions.has(key)) this.sortedKeys = undefined;
    if (versions.length === 0) this.versions.delete(key);
    else this.versions.set(key, versions);
  }

  private tellOf(kind: ObjectEvent["kind"], key: string, version: Version): void {
    const { eTag, sizeBytes } = kind === "ObjectRemoved:Delete" ? {} : (version.object ?? {});
    this.tell({
      kind,
      bucket: this.name,
      key,
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
      ...(eTag === undefined ? {} : { eTag }),
      ...(this.versioning === undefined ? {} : { versionId: version.id }),
    });
  }
}

export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function isObject(version: Version): version is ObjectVersion {
  return version.object !== undefined;
}

function discard({ object }: Version): void {
  if (object !== undefined) discardContent(object);
}

/** S3 knows no smaller unit of an object's time. */
function wholeSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}
