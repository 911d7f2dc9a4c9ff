import { messageOf, printable, UnusableVideoError } from "../errors";
import { videoTimestampMetadata, videoTimestampTag } from "../../contract/outputs";
import type { Timestamp } from "../../contract/timestamp";
import { parseTimestamp, timestampFromFileName } from "../../contract/timestamp";
import type { VideoVersion } from "../source/rangedSource";

/**
 * The timestamp of a job: what a person chose by the video object's tag, or else its metadata, or else the end of its file
 * name, or else the stack's. Throws UnusableVideoError when the first of tag and metadata is malformed.
 */
export function jobTimestamp(
  key: string,
  { timestampTag, metadata }: Pick<VideoVersion, "timestampTag" | "metadata">,
  stackTimestamp: Timestamp,
): Timestamp {
  if (timestampTag !== undefined) return told(timestampTag, `${videoTimestampTag} tag`);
  const wanted = metadata[videoTimestampMetadata];
  if (wanted !== undefined) return told(wanted, videoTimestampMetadata);
  return timestampFromFileName(key) ?? stackTimestamp;
}

function told(
  value: string,
  where: typeof videoTimestampMetadata | `${typeof videoTimestampTag} tag`,
): Timestamp {
  try {
    return parseTimestamp(value);
  } catch (error) {
    throw new UnusableVideoError(
      `malformed ${where} "${printable(value, 60)}": ${printable(messageOf(error))}`,
    );
  }
}
