import { messageOf, printable, UnusableVideoError } from "../errors";
import { videoTimestampMetadata } from "../../contract/outputs";
import type { Timestamp } from "../../contract/timestamp";
import { parseTimestamp, timestampFromFileName } from "../../contract/timestamp";

/**
 * The timestamp of a job: the video object's own metadata, or else the end of its file name, or else the stack's.
 * Throws UnusableVideoError when the metadata is malformed.
 */
export function jobTimestamp(
  key: string,
  metadata: Readonly<Record<string, string>>,
  stackTimestamp: Timestamp,
): Timestamp {
  const wanted = metadata[videoTimestampMetadata];
  if (wanted === undefined) return timestampFromFileName(key) ?? stackTimestamp;
  try {
    return parseTimestamp(wanted);
  } catch (error) {
    throw new UnusableVideoError(
      `malformed ${videoTimestampMetadata} "${printable(wanted, 60)}": ${printable(messageOf(error))}`,
    );
  }
}
