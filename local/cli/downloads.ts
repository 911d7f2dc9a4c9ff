import type { S3Client } from "@aws-sdk/client-s3";
import { extraKey, manifestName } from "../../contract/extras";
import { shown } from "../../contract/shown";
import type { CloudEvent } from "../localCloud";
import type { MadeFiles } from "../program/madeFiles";
import type { LocalClients } from "../services/servers";
import { download } from "./download";
import { KeyWithoutFileError } from "./fileOfKey";

/**
 * Writes what the pipeline stores to the files of its keys: thumbnails as soon as they are stored, everything else once a
 * manifest names it, so that nothing half-made lies there.
 */
export class Downloads {
  /** The files, by their keys. */
  private readonly files = new Map<string, Promise<string>>();

  constructor(
    private readonly directory: string,
    private readonly say: (line: string) => void,
  ) {}

  onEvent(
    event: CloudEvent,
    { clients: { s3 }, files }: { clients: Pick<LocalClients, "s3">; files: MadeFiles },
  ): void {
    const { bucket } = files;
    if (event.type === "object-created") {
      const { key, bucket: storedIn } = event.object;
      if (storedIn !== bucket || !key.startsWith(files.thumbnails.prefix)) return;
      this.say(`${shown(key)}: stored`);
      this.begin(s3, bucket, key);
    }
    if (event.type === "outputs-ready") {
      const { video, outputs } = event.manifest;
      for (const { key, kind } of outputs) if (kind !== "thumbnail") this.begin(s3, bucket, key);
      this.begin(s3, bucket, extraKey(video.key, manifestName, files.extrasPrefix));
    }
  }

  /**
   * The path of an object's file, once it is written.
   * @throws KeyWithoutFileError when there can be none
   */
  async fileOf(key: string): Promise<string> {
    const file = await this.files.get(key);
    if (file === undefined) throw new Error(`${key} was never told of.`);
    return file;
  }

  /** What is stored later under a key is written later, too. */
  private begin(s3: S3Client, bucket: string, key: string): void {
    const earlier = this.files.get(key)?.catch(() => undefined);
    const written = Promise.resolve(earlier).then(() => download(s3, bucket, key, this.directory));
    // Whoever waits for it hears of it, too; one that the end of the run cuts off has nobody who waits.
    written.catch((error: unknown) => {
      if (error instanceof KeyWithoutFileError) this.say(`${shown(key)}: not written: ${error.message}`);
    });
    this.files.set(key, written);
  }
}
