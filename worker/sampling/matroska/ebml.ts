/** An element of an EBML document (RFC 8794): where its content begins and ends. */
export interface Element {
  readonly id: number;
  readonly start: number;
  readonly contentStart: number;
  /** Infinity where it tells no size. */
  readonly end: number;
}

/** The longest header: an id of four bytes, a size of eight. */
export const maxElementHeaderBytes = 12;

/** The element at the beginning of `bytes`, which are those at `start`; undefined when it is cut off or none. */
export function elementAt(bytes: Buffer, start: number): Element | undefined {
  const idBytes = Math.clz32(bytes[0] ?? 0) - 23;
  if (idBytes > 4 || bytes.length <= idBytes) return undefined;
  const id = bytes.readUIntBE(0, idBytes);
  const sizeBytes = Math.clz32(bytes[idBytes] ?? 0) - 23;
  const headerBytes = idBytes + sizeBytes;
  if (sizeBytes > 8 || bytes.length < headerBytes) return undefined;
  const unknown = 2 ** (7 * sizeBytes) - 1;
  let size = (bytes[idBytes] ?? 0) & (0xff >> sizeBytes);
  for (const byte of bytes.subarray(idBytes + 1, headerBytes)) size = size * 256 + byte;
  const contentStart = start + headerBytes;
  return { id, start, contentStart, end: size === unknown ? Infinity : contentStart + size };
}

/** The elements in `bytes`, by their places in it, up to the first one that does not fit. */
export function* elementsIn(bytes: Buffer): Iterable<Element> {
  for (let position = 0; position < bytes.length;) {
    const element = elementAt(bytes.subarray(position, position + maxElementHeaderBytes), position);
    if (element === undefined || element.end > bytes.length) return;
    yield element;
    position = element.end;
  }
}

/** The content of the first element of an id. */
export function childContent(bytes: Buffer, id: number): Buffer | undefined {
  for (const element of elementsIn(bytes))
    if (element.id === id) return bytes.subarray(element.contentStart, element.end);
  return undefined;
}

/** An unsigned integer; 0 of nothing, as RFC 8794 (7.2) has it. */
export function unsigned(content: Buffer): number {
  let value = 0;
  for (const byte of content.subarray(0, 8)) value = value * 256 + byte;
  return value;
}

/** An element with this content; its size in eight bytes. */
export function element(id: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(content.length));
  size[0] = 1;
  return Buffer.concat([idBytes(id), size, content]);
}

/** The beginning of an element that tells no size. */
export function elementOfUnknownSize(id: number): Buffer {
  return Buffer.concat([idBytes(id), Buffer.from([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])]);
}

/** The content of an unsigned integer. */
export function unsignedContent(value: number): Buffer {
  const content = Buffer.alloc(8);
  content.writeBigUInt64BE(BigInt(value));
  return content;
}

function idBytes(id: number): Buffer {
  const hex = id.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}
