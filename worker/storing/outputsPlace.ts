import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { isExtraName, manifestName } from "../../contract/extras";
import { maxManifestBytes } from "../../contract/manifest";
import { listedKey } from "../../contract/uploads";
import { ReplacedVideoError } from "../errors";
import { explainS3Error } from "../s3Error";
import type { ObjectStore, StoredObject } from "./objectPlace";
import { ObjectPlace } from "./objectPlace";

/** An extra as it is to be stored. */
export interface NamedObject extends StoredObject {
  /** Its key's last part. */
  readonly name: string;
}

/** An extra that is stored. */
export interface PlacedObject {
  readonly key: string;
  /** Quoted. */
  readonly eTag: string | undefined;
}

/** A job that ends has that long to take its claim away. */
const releaseMs = 1500;

/**
 * The place of a video's extras, and of the manifest that names them: one worker after the other has it, whoever has put
 * its claim into the manifest's place last. See makeThumbnail for why that is enough.
 */
export class OutputsPlace {
  /** Of this worker's claim, quoted, as long as it may stand. */
  private claimETag: string | undefined;
  /** Something was stored or deleted under that claim. */
  private isTouched = false;

  private constructor(
    private readonly objects: ObjectStore,
    private readonly bucket: string,
    /** Such as `extras/dir/cat.mp4/`. */
    private readonly folder: string,
    private readonly manifest: ObjectPlace,
  ) {}

  static async look(
    objects: ObjectStore,
    bucket: string,
    folder: string,
    signal: AbortSignal,
  ): Promise<OutputsPlace> {
    const object = { Bucket: bucket, Key: folder + manifestName };
    return new OutputsPlace(objects, bucket, folder, await ObjectPlace.look(objects, object, signal));
  }

  /** Of the manifest; undefined when there is none. */
  get metadata(): Readonly<Record<string, string>> | undefined {
    return this.manifest.metadata;
  }

  /** The manifest that was there when it was looked at; undefined when there is none that can be read, or another one. */
  async readManifest(signal: AbortSignal): Promise<unknown> {
    if (this.manifest.eTag === undefined) return undefined;
    const command = new GetObjectCommand({
      Bucket: this.bucket,
      Key: this.folder + manifestName,
      IfMatch: this.manifest.eTag,
      Range: `bytes=0-${maxManifestBytes - 1}`,
    });
    const text = await this.objects.s3.send(command, { abortSignal: signal }).then(
      ({ Body }) => Body?.transformToString(),
      () => undefined,
    );
    try {
      return JSON.parse(text ?? "");
    } catch {
      return undefined;
    }
  }

  /** Puts a claim into the manifest's place. Throws ReplacedVideoError when another worker has done so meanwhile. */
  async claim(claim: StoredObject, signal: AbortSignal): Promise<void> {
    await this.manifest.store(claim, signal);
    this.claimETag = this.manifest.eTag;
  }

  /**
   * Stores the extras, and deletes those that are there besides. Throws ReplacedVideoError when another worker has claimed
   * or changed anything meanwhile.
   */
  async store(extras: readonly NamedObject[], signal: AbortSignal): Promise<PlacedObject[]> {
    const listed = await this.list(signal);
    await this.assertUnchanged(signal);
    const placed: PlacedObject[] = [];
    for (const { name, ...stored } of extras) {
      const place = this.place(name, listed.get(name));
      await place.store(stored, signal);
      this.isTouched = true;
      placed.push({ key: this.folder + name, eTag: place.eTag });
      listed.delete(name);
    }
    for (const [name, eTag] of listed) {
      await this.place(name, eTag).clear(signal);
      this.isTouched = true;
    }
    return placed;
  }

  /** Puts the manifest into the claim's place. Throws ReplacedVideoError when another worker has claimed it meanwhile. */
  async finish(manifest: StoredObject, signal: AbortSignal): Promise<void> {
    await this.manifest.store(manifest, signal);
    this.claimETag = undefined;
  }

  /**
   * Whether another worker has the place, or has had it since, with what metadata say is its manifest, and this one has
   * changed nothing: what it has stored, the other one may not have seen when it listed.
   */
  async isTaken(
    isManifest: (metadata: Readonly<Record<string, string>>) => boolean,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (this.isTouched) return false;
    const now = await this.manifest.again(signal);
    return now.metadata !== undefined && now.eTag !== this.claimETag && isManifest(now.metadata);
  }

  /** Takes a claim away that still stands, as well as that can be done: nothing half-made is to stay. */
  async release(): Promise<void> {
    if (this.claimETag === undefined) return;
    const claim = this.place(manifestName, this.claimETag);
    this.claimETag = undefined;
    // The job's own signal may be what has ended it. What stays says that outputs are made, and names none.
    await claim.clear(AbortSignal.timeout(releaseMs)).catch(() => undefined);
  }

  /** Deletes the manifest, or the claim, if it still is the one that was looked at, and nothing of what it may name. */
  async withdraw(signal: AbortSignal): Promise<void> {
    await this.manifest.clear(signal).catch((error: unknown) => {
      // Who has stored another one there looks at the video after that.
      if (!(error instanceof ReplacedVideoError)) throw error;
    });
  }

  /**
   * Deletes manifest and extras; gives whether there were any. Throws ReplacedVideoError when anything was stored here
   * meanwhile.
   */
  async clear(signal: AbortSignal): Promise<boolean> {
    const listed = await this.list(signal);
    const isManifest = this.manifest.eTag !== undefined;
    // Whoever claims after this stores only what the list does not have.
    if (isManifest) await this.manifest.clear(signal);
    else await this.assertUnchanged(signal);
    this.claimETag = undefined;
    for (const [name, eTag] of listed) await this.place(name, eTag).clear(signal);
    return isManifest || listed.size > 0;
  }

  private place(name: string, eTag: string | undefined): ObjectPlace {
    return ObjectPlace.listed(this.objects, { Bucket: this.bucket, Key: this.folder + name }, eTag);
  }

  private async assertUnchanged(signal: AbortSignal): Promise<void> {
    const now = await this.manifest.again(signal);
    if (now.eTag !== this.manifest.eTag)
      throw new ReplacedVideoError(`${this.folder}${manifestName} was stored by another worker meanwhile`);
  }

  /** The quoted ETags of the extras that are there, by their names; not of what somebody else has put there. */
  private async list(signal: AbortSignal): Promise<Map<string, string>> {
    const eTags = new Map<string, string>();
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.bucket,
        Prefix: this.folder,
        // The extras of a video `dir/cat.mp4/other.mp4` are not those of `dir/cat.mp4`.
        Delimiter: "/",
        EncodingType: "url",
        ContinuationToken: token,
      });
      const answer = await this.objects.s3.send(command, { abortSignal: signal }).catch((error: unknown) => {
        throw explainS3Error(error, `s3://${this.bucket}/${this.folder} could not be listed`);
      });
      for (const { Key = "", ETag } of answer.Contents ?? []) {
        const name = listedKey(Key, answer.EncodingType).slice(this.folder.length);
        if (ETag !== undefined && name !== manifestName && isExtraName(name)) eTags.set(name, ETag);
      }
      token = answer.NextContinuationToken;
    } while (token !== undefined);
    return eTags;
  }
}
