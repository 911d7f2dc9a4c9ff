import { createHash } from "node:crypto";
import { NotFound, type S3Client } from "@aws-sdk/client-s3";

/** A command of the worker's own SDK, which is another one than ours. */
interface Command {
  readonly input: { readonly Key?: string; readonly Body?: Buffer | string; readonly Prefix?: string };
}

/** As much of an empty S3 as a job asks when nobody else is at work: what it stores is there at once. */
export class StoredObjects {
  readonly contents = new Map<string, Buffer>();

  get client(): S3Client {
    const send = async (command: Command) => Promise.resolve(this.answer(command));
    return { send } as unknown as S3Client;
  }

  private answer({ constructor: { name }, input }: Command): object {
    const { Key = "", Body = "", Prefix = "" } = input;
    const keys = [...this.contents.keys()];
    switch (name) {
      case "PutObjectCommand":
        this.contents.set(Key, Buffer.from(Body as Buffer));
        return { ETag: this.eTagOf(Key) };
      case "DeleteObjectCommand":
        this.contents.delete(Key);
        return {};
      case "ListObjectsV2Command":
        return {
          Contents: keys
            .filter((key) => key.startsWith(Prefix))
            .map((key) => ({ Key: key, ETag: this.eTagOf(key) })),
        };
      case "HeadObjectCommand":
        if (this.contents.has(Key)) return { ETag: this.eTagOf(Key), Metadata: {} };
        throw new NotFound({ message: Key, $metadata: { httpStatusCode: 404 } });
      default:
        throw new Error(`a job is not known to send ${name}`);
    }
  }

  private eTagOf(key: string): string {
    const content = this.contents.get(key) ?? "";
    return `"${createHash("md5").update(content).digest("hex")}"`;
  }
}
