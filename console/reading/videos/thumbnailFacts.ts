import { LRUCache } from "lru-cache";
import type { Manifest } from "../../../contract/manifest";
import { thumbnailMetadata } from "../../../contract/outputs";
import type { Stack } from "../../../ops/stack";
import { getManifest } from "../../../ops/videos/manifests";
import type { ThumbnailFacts } from "../../messages";
import { inTurns } from "../inTurns";
import { isLikely } from "./likelyManifest";
import { thumbnailOf, type StoredThumbnail } from "./videoSteps";

/** Each has some 300 bytes. */
const keptFacts = 5000;

/** What is known of thumbnails, asked for once for each of their versions. */
export class Facts {
  private readonly kept = new LRUCache<string, ThumbnailFacts>({ max: keptFacts });

  constructor(private readonly stack: Stack) {}

  /**
   * Of one that can not be read, such as one with a key of somebody else's, nothing is known, which keeps none of the others.
   * Rejects when it is so with all.
   */
  async ofAll(
    keys: readonly string[],
    eTagOf: (key: string) => string | undefined,
  ): Promise<ThumbnailFacts[]> {
    const told = await inTurns(keys, (key) => settled(this.of(key, eTagOf(key))));
    const [first] = told;
    if (first?.status === "rejected" && told.every(({ status }) => status === "rejected")) throw first.reason;
    return told.map((one, index) =>
      one.status === "fulfilled" ? one.value : factsOf(keys[index] ?? "", undefined, undefined),
    );
  }

  /** `eTag` is the thumbnail's as it was listed, if it was. */
  async of(key: string, eTag: string | undefined): Promise<ThumbnailFacts> {
    const kept = eTag === undefined ? undefined : this.kept.get(`${eTag} ${key}`);
    if (kept !== undefined) return kept;
    const isOfExtras = this.stack.outputs.extrasAskedFor !== "";
    const [thumbnail, manifest] = await Promise.all([
      thumbnailOf(this.stack, key),
      isOfExtras ? readyManifest(this.stack, key) : undefined,
    ]);
    const facts = factsOf(key, thumbnail, manifest);
    // While outputs are made there will soon be more to tell.
    if (thumbnail !== undefined && (manifest !== undefined || !isOfExtras))
      this.kept.set(`${thumbnail.eTag} ${key}`, facts);
    return facts;
  }
}

async function settled<T>(value: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([value]);
  return result;
}

/** The manifest of a video, once all that it names is there; undefined also of one that no worker has written. */
export async function readyManifest(stack: Stack, key: string): Promise<Manifest | undefined> {
  const manifest = await getManifest(stack, key);
  return manifest?.state === "ready" && isLikely(manifest) ? manifest : undefined;
}

/** What a thumbnail's metadata and its video's manifest tell, as far as it is what a worker writes. */
export function factsOf(
  key: string,
  thumbnail: StoredThumbnail | undefined,
  manifest: Manifest | undefined,
): ThumbnailFacts {
  const told = (name: keyof typeof thumbnailMetadata) => thumbnail?.metadata[thumbnailMetadata[name]] ?? "";
  const output = (kind: string) => manifest?.outputs.find((one) => one.kind === kind)?.key ?? null;
  return {
    key,
    thumbHash: matching(told("thumbHash"), /^[A-Za-z0-9+/]{7,40}={0,2}$/),
    dominantColor: matching(told("dominantColor"), /^#[0-9a-f]{6}$/),
    width: number(told("width")),
    height: number(told("height")),
    timestampSeconds: number(told("timestampSeconds")),
    durationSeconds: manifest?.video.durationSeconds ?? null,
    preview: output("preview"),
    hasStoryboard: output("storyboard-json") !== null,
  };
}

function matching(text: string, form: RegExp): string | null {
  return form.test(text) ? text : null;
}

function number(text: string): number | null {
  return /^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Number(text) : null;
}
