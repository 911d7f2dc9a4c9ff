/** Numbers and structures of file formats, as bytes. */

export function uint8(...values: number[]): Buffer {
  return Buffer.from(values);
}

export function uint16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16BE(value, index * 2));
  return bytes;
}

export function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
}

/** A box of MP4 and QuickTime: its size, its type, its content. */
export function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([uint32(body.length + 8), Buffer.from(type, "latin1"), body]);
}

/** An element of Matroska (RFC 8794): its id as hexadecimal digits, a size of four bytes, its content. */
export function element(id: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from(id, "hex"), uint32(0x10000000 + body.length), body]);
}

/** Bits one after the other, the highest first, as H.264 has them. */
export class BitWriter {
  private bits = "";

  u(count: number, value: number): this {
    this.bits += value.toString(2).padStart(count, "0");
    return this;
  }

  /** Exp-Golomb: as many zeros as follow after the first one. */
  ue(value: number): this {
    const code = (value + 1).toString(2);
    this.bits += "0".repeat(code.length - 1) + code;
    return this;
  }

  /** The bytes after a stop bit and with the zeros that fill up the last one. */
  bytes(): Buffer {
    const whole = `${this.bits}1`;
    const padded = whole.padEnd(Math.ceil(whole.length / 8) * 8, "0");
    return Buffer.from(padded.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
  }
}
