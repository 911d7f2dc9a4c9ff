import { createHash } from "node:crypto";
import { GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { extraKey, manifestName } from "../../contract/extras";
import type { Manifest, ManifestInMaking } from "../../contract/manifest";
import { thumbnailMetadata } from "../../contract/outputs";
import type { LocalCloud } from "../../local/localCloud";

/** All that can be made of a video. */
export const everyOutput = {
  storyboard: "true",
  preview: "true",
  renditions: '["32.webp","48.jpg"]',
};

/** The outputs of one video in a moment: of which upload, how many, and what is wrong with what its manifest says of them. */
export interface OutputSet {
  /** Undefined without a ready manifest. */
  eTag: string | undefined;
  outputs: number;
  problems: string[];
}

/** Looks at a manifest, and then at all that it names. Nobody may be at work on the video meanwhile. */
export async function outputSetOf(
  { clients: { s3 }, bucket, files }: LocalCloud,
  key: string,
): Promise<OutputSet> {
  const manifestKey = extraKey(key, manifestName, files.extrasPrefix);
  const found = await s3
    .send(new GetObjectCommand({ Bucket: bucket, Key: manifestKey }))
    .catch(() => undefined);
  const text = await found?.Body?.transformToString();
  const manifest = JSON.parse(text ?? "null") as Manifest | ManifestInMaking | null;
  if (manifest?.state !== "ready") return { eTag: undefined, outputs: 0, problems: [] };
  const { eTag } = manifest.video;
  const problems = manifest.outputs.map(async (output) => {
    const object = await s3
      .send(new HeadObjectCommand({ Bucket: bucket, Key: output.key }))
      .catch(() => undefined);
    if (object === undefined) return [`${output.key} is not there`];
    return [
      ...(object.ETag === `"${output.eTag}"` ? [] : [`${output.key} is another than the manifest's`]),
      ...(object.Metadata?.[thumbnailMetadata.videoETag] === eTag
        ? []
        : [`${output.key} is of another upload`]),
    ];
  });
  return { eTag, outputs: manifest.outputs.length, problems: (await Promise.all(problems)).flat() };
}

/** The ETag of an upload in one part. */
export function eTagOf(content: Buffer): string {
  return createHash("md5").update(content).digest("hex");
}
