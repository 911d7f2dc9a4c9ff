import type { IncomingMessage } from "node:http";
import type { S3Request } from "../request";
import { S3Error } from "../s3Error";

/** An upload by a browser's form. */
export interface UploadForm {
  /** Names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  /** The content of the field `file`, which must be the last: what comes after it does not count. */
  readonly file: AsyncIterable<Buffer>;
}

/** Whether a request brings a form: who has signed it is in its body. */
export function isForm({ method, headers }: Pick<IncomingMessage, "method" | "headers">): boolean {
  return method === "POST" && /^multipart\/form-data\b/i.test(headers["content-type"] ?? "");
}

/** Of all fields but the file. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html */
const maxFieldsBytes = 20_000;

/** Reads a form's fields, up to the file. Throws MalformedPOSTRequest. */
export async function readForm({ req, headers }: S3Request): Promise<UploadForm> {
  const [, quoted, plain] =
    /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(headers["content-type"] ?? "") ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw new S3Error("MalformedPOSTRequest");
  // What is wrong with a form must still be told, so the connection stays.
  const body = new Unread(req.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>);
  const fields = new Map<string, string>();
  let leftBytes = maxFieldsBytes;
  // The first boundary has no line before it.
  await body.skip(`--${boundary}`);
  for (;;) {
    const head = await body.upTo("\r\n\r\n", leftBytes);
    const name = /^content-disposition:.*?[; ]name="([^"]*)"/im.exec(head)?.[1]?.toLowerCase();
    if (name === undefined) throw new S3Error("MalformedPOSTRequest");
    if (name === "file") return { fields, file: body.contentUpTo(`\r\n--${boundary}`) };
    const value = await body.upTo(`\r\n--${boundary}`, leftBytes);
    leftBytes -= head.length + value.length;
    fields.set(name, value);
  }
}

/** What is still to come of a body. */
class Unread {
  private bytes: Buffer = Buffer.alloc(0);

  constructor(private readonly more: AsyncIterator<Buffer, undefined>) {}

  /** Takes what must come now. */
  async skip(text: string): Promise<void> {
    if ((await this.upTo(text, text.length)) !== "") throw new S3Error("MalformedPOSTRequest");
  }

  /** The text before a delimiter, which is taken, too. */
  async upTo(delimiter: string, maxBytes: number): Promise<string> {
    for (;;) {
      const end = this.bytes.indexOf(delimiter);
      const length = end < 0 ? this.bytes.length : end;
      if (length > maxBytes + delimiter.length) throw new S3Error("MalformedPOSTRequest");
      if (end >= 0) return this.take(end, delimiter.length).toString();
      if (!(await this.readMore())) throw new S3Error("MalformedPOSTRequest");
    }
  }

  /** The content before a delimiter, however long; all that comes after it is read, too. */
  async *contentUpTo(delimiter: string): AsyncGenerator<Buffer> {
    for (;;) {
      const end = this.bytes.indexOf(delimiter);
      if (end >= 0) {
        yield this.take(end, delimiter.length);
        break;
      }
      const certain = this.bytes.length - delimiter.length;
      if (certain > 0) yield this.take(certain, 0);
      if (!(await this.readMore())) throw new S3Error("IncompleteBody");
    }
    while (await this.readMore()) this.bytes = Buffer.alloc(0);
  }

  private take(length: number, delimiterLength: number): Buffer {
    const taken = this.bytes.subarray(0, length);
    this.bytes = this.bytes.subarray(length + delimiterLength);
    return taken;
  }

  private async readMore(): Promise<boolean> {
    const next = await this.more.next();
    if (next.done === true) return false;
    this.bytes = this.bytes.length > 0 ? Buffer.concat([this.bytes, next.value]) : next.value;
    return true;
  }
}
