import { Transform, type TransformCallback } from "node:stream";

/**
 * Takes the content out of a body that the SDK sent in chunks with a checksum behind them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export class AwsChunkedDecoder extends Transform {
  private unread: Buffer = Buffer.alloc(0);
  /** Bytes of the present chunk that are still to come; `undefined` before its size line. */
  private missingBytes: number | undefined;
  private decodedBytes = 0;
  private ended = false;

  constructor(private readonly expectedBytes: number) {
    super();
  }

  override _transform(data: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.unread = this.unread.length > 0 ? Buffer.concat([this.unread, data]) : data;
    while (!this.ended && this.takeNext());
    done();
  }

  override _flush(done: TransformCallback): void {
    const whole = this.ended && this.decodedBytes === this.expectedBytes;
    done(
      whole ? null : new Error(`The body ended after ${this.decodedBytes} of ${this.expectedBytes} bytes.`),
    );
  }

  /** Takes a size line or what there is of a chunk's content; false when more must arrive first. */
  private takeNext(): boolean {
    if (this.missingBytes === undefined) {
      const lineEnd = this.unread.indexOf("\r\n");
      if (lineEnd < 0) return false;
      this.missingBytes = parseInt(this.unread.toString("latin1", 0, lineEnd), 16);
      this.unread = this.unread.subarray(lineEnd + 2);
      this.ended = this.missingBytes === 0;
      return true;
    }
    if (this.missingBytes === 0) {
      if (this.unread.length < 2) return false;
      this.unread = this.unread.subarray(2);
      this.missingBytes = undefined;
      return true;
    }
    if (this.unread.length === 0) return false;
    const content = this.unread.subarray(0, this.missingBytes);
    this.push(content);
    this.decodedBytes += content.length;
    this.missingBytes -= content.length;
    this.unread = this.unread.subarray(content.length);
    return true;
  }
}
