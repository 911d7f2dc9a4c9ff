import type { ManifestInMaking } from "../../contract/manifest";
import { manifestName } from "../../contract/extras";
import { isThumbnailOf } from "../../contract/outputs";
import type { Allowance } from "../child/allowance";
import { ReplacedVideoError } from "../errors";
import { failureOf, makeExtras } from "./makeExtras";
import type { CachedVideo } from "../source/cachedVideo";
import type { ObjectPlace, StoredObject } from "../storing/objectPlace";
import type { OutputsPlace } from "../storing/outputsPlace";
import { whatItIsOf } from "../storing/thumbnailMetadata";
import type { Picture } from "../takePicture";
import { manifestOf } from "./manifestOf";
import type { ExtrasOrder, Spent, ThumbnailOrder, Workshop } from "./order";

/** A video's outputs in the making. */
export interface OutputsInMaking {
  readonly order: ThumbnailOrder;
  readonly extras: ExtrasOrder;
  readonly place: OutputsPlace;
  readonly video: CachedVideo;
}

/** Claims the place of a video's outputs. Throws ReplacedVideoError when another worker has done so meanwhile. */
export async function claimOutputs(
  { thumbnail }: Workshop,
  { order, extras, place, video }: OutputsInMaking,
  signal: AbortSignal,
): Promise<void> {
  const claim: ManifestInMaking = {
    version: 1,
    state: "making",
    bucket: order.outputBucket,
    video: { key: order.videoKey, bucket: order.videoBucket },
    outputs: [],
    maker: extras.newMaker(),
  };
  const metadata = whatItIsOf(order.videoKey, video.version, thumbnail.isPublic === true);
  await place.claim(json(claim, metadata), signal);
}

/** A thumbnail that is stored, and what is left for all else of its video. */
export interface ThumbnailMade {
  readonly picture: Picture;
  readonly thumbnail: ObjectPlace;
  readonly thumbnailContentType: string;
  readonly allowance: Allowance;
}

/**
 * Makes all that is made besides the thumbnail, stores it, and at last the manifest that names it. Ends without when
 * another worker has claimed the place: that one has looked at the video after this one, and its job does not end before
 * the outputs are stored. Throws ReplacedVideoError when the video is another one by then, or the place was changed
 * otherwise.
 */
export async function makeOutputs(
  { thumbnail: { isPublic = false }, loopback }: Workshop,
  { order, extras, place, video }: OutputsInMaking,
  { picture, thumbnail, thumbnailContentType, allowance }: ThumbnailMade,
  spent: Spent,
  signal: AbortSignal,
): Promise<void> {
  const { videoKey: key, outputBucket: bucket } = order;
  if (picture.withoutRenditions !== undefined) throw failureOf("renditions", picture.withoutRenditions);
  const tools = { loopback, allowance };
  const { files: made, makerSeconds } = await makeExtras(extras.makers, tools, picture.probed, signal);
  video.close();
  const files = [...picture.renditions, ...made];
  const metadata = whatItIsOf(key, video.version, isPublic);
  let isStored = true;
  try {
    const placed = await place.store(
      files.map(({ name, content, contentType }) => ({ name, content, contentType, metadata })),
      signal,
    );
    const stored = { thumbnail, thumbnailContentType, picture, files, placed };
    await place.finish(json(manifestOf(order, extras, video, stored, isPublic), metadata), signal);
  } catch (error) {
    const isManifest = (told: Readonly<Record<string, string>>) => isThumbnailOf(key, told);
    if (!(error instanceof ReplacedVideoError) || !(await place.isTaken(isManifest, signal))) throw error;
    isStored = false;
  }
  await video.assertCurrent();
  if (!isStored) {
    order.tell?.({ level: "info", event: "outputs-left", key, bucket });
    return;
  }
  order.tell?.({
    level: "info",
    event: "outputs-stored",
    key,
    manifest: extras.folder + manifestName,
    bucket,
    outputs: files.length,
    bytes: files.reduce((sum, { content }) => sum + content.length, 0),
    seconds: Math.round(performance.now() - spent.startedAt) / 1000,
    makerSeconds,
    bytesRead: spent.bytesRead + video.bytesRead,
    requests: spent.requests + video.requests,
  });
}

function json(value: object, metadata: Readonly<Record<string, string>>): StoredObject {
  const content = Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
  return { content, contentType: "application/json", metadata };
}
