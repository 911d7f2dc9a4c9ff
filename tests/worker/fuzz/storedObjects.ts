import { createHash } from "node:crypto";
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

/** As much of an empty S3 as a job asks when nobody else is at work: what it stores is there at once. */
export class StoredObjects {
  readonly contents = new Map<string, Buffer>();

  get client(): S3Client {
    return { send: (command: { input: { Key?: string } }) => this.answer(command) } as unknown as S3Client;
  }

  private async answer(command: { input: { Key?: string } }): Promise<object> {
    const { Key = "" } = command.input;
    if (command instanceof PutObjectCommand) {
      this.contents.set(Key, Buffer.from(command.input.Body as Buffer | string));
    } else if (command instanceof DeleteObjectCommand) {
      this.contents.delete(Key);
      return Promise.resolve({});
    } else if (command instanceof ListObjectsV2Command) {
      const { Prefix = "" } = command.input;
      const keys = [...this.contents.keys()].filter((key) => key.startsWith(Prefix));
      return Promise.resolve({ Contents: keys.map((key) => ({ Key: key, ETag: this.eTagOf(key) })) });
    } else if (!(command instanceof HeadObjectCommand)) {
      throw new Error(`a job is not known to send ${command.constructor.name}`);
    }
    if (!this.contents.has(Key)) throw new NotFound({ message: Key, $metadata: { httpStatusCode: 404 } });
    return Promise.resolve({ ETag: this.eTagOf(Key), Metadata: {} });
  }

  private eTagOf(key: string): string {
    const content = this.contents.get(key) ?? "";
    return `"${createHash("md5").update(content).digest("hex")}"`;
  }
}
