import { thumbnailMetadata, videoTimestampMetadata } from "../../../contract/outputs";
import { timestampFromFileName } from "../../../contract/timestamp";
import type { FrameFrom } from "../../messages";

/** What said which frame a thumbnail is of, in the order in which the worker asks: worker/jobs/jobTimestamp.ts. */
export function frameFrom(
  videoKey: string,
  videoMetadata: Readonly<Record<string, string>>,
  metadata: Readonly<Record<string, string>>,
): FrameFrom {
  if (metadata[thumbnailMetadata.timestampRequested] === "auto") return "auto";
  if (metadata[thumbnailMetadata.timestampTag] !== undefined) return "tag";
  if (videoMetadata[videoTimestampMetadata] !== undefined) return "metadata";
  return timestampFromFileName(videoKey) === undefined ? "setting" : "name";
}
