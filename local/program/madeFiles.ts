import { thumbnailFormats, type OutputNames } from "../../contract/outputs";

/** What a stack's outputs tell of the files that it makes. */
export interface MadeFiles {
  /** Where they are. */
  readonly bucket: string;
  readonly thumbnails: OutputNames;
  /** Such as `extras/`. */
  readonly extrasPrefix: string;
  /** Whether more than a thumbnail is made of each video. */
  readonly hasExtras: boolean;
}

/** Reads it as whoever deploys the stack can: also of a version of the program that knew of thumbnails alone. */
export function madeFilesOf(outputs: Record<string, unknown>): MadeFiles {
  const text = (name: string) => (typeof outputs[name] === "string" ? outputs[name] : "");
  const { videoSuffixes } = outputs;
  return {
    bucket: text("outputBucketName") || text("bucketName"),
    thumbnails: {
      format: thumbnailFormats.find((format) => format === outputs["thumbnailFormat"]) ?? "png",
      prefix: text("thumbnailKeyPrefix"),
      videoSuffixes: Array.isArray(videoSuffixes) ? videoSuffixes.map(String) : [],
    },
    extrasPrefix: text("extrasKeyPrefix"),
    hasExtras: text("extrasAskedFor") !== "",
  };
}
