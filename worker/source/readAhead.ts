/**
 * How far a video will be read on while ffmpeg decodes towards a frame: the rest of the way will take as many bytes
 * for each part of it as have been taken since the first frame, or since the last seek.
 */
export class ReadAheadEstimate {
  /** Where the measured stretch begins, and which part of the way was behind it then. */
  private startByte = 0;
  private startPart = 0;
  private askedFrom = 0;
  private givenTo = 0;
  private part = 0;

  /** Tells which part of the way from its first frame to the wanted one ffmpeg has decoded, from 0 to 1. */
  decoded(part: number): void {
    if (part === 0) this.measureFrom(this.askedFrom, part);
    this.part = part;
  }

  /** Tells that ffmpeg was given all before `byte` since it last asked. */
  gave(byte: number): void {
    this.givenTo = byte;
  }

  /**
   * Where ffmpeg, which now asks for what begins at `byte`, will be done; undefined when nothing tells. What has been
   * measured so far is not trusted for more than as much again: ffmpeg reads ahead of what it has decoded.
   */
  expectedEnd(byte: number): number | undefined {
    if (byte !== this.givenTo) this.measureFrom(byte, this.part);
    this.askedFrom = byte;
    const measuredPart = this.part - this.startPart;
    const measuredBytes = byte - this.startByte;
    if (measuredPart <= 0) return undefined;
    return byte + measuredBytes * Math.min(1, (1 - this.part) / measuredPart);
  }

  private measureFrom(byte: number, part: number): void {
    this.startByte = byte;
    this.startPart = part;
  }
}
