/** One part of how a track is put together from its media (ISO/IEC 14496-12, section 8.6.6). */
export interface Edit {
  /** In the movie's timescale. */
  readonly duration: number;
  /** Where it begins, in the media's timescale; -1: nothing is shown. */
  readonly mediaTime: number;
  readonly rate: number;
}

/** The edits in an `elst`, whose content is given; undefined when it is shorter than it says. */
export function editsOf(elst: Buffer): Edit[] | undefined {
  const isLong = elst[0] === 1;
  const entryBytes = isLong ? 20 : 12;
  const count = elst.length < 8 ? Infinity : elst.readUInt32BE(4);
  if (elst.length < 8 + count * entryBytes) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const at = 8 + index * entryBytes;
    return {
      duration: isLong ? Number(elst.readBigUInt64BE(at)) : elst.readUInt32BE(at),
      mediaTime: isLong ? Number(elst.readBigInt64BE(at + 8)) : elst.readInt32BE(at + 4),
      rate: elst.readInt32BE(at + entryBytes - 4) / 65536,
    };
  });
}
