import fc from "fast-check";
import { outputsReady, thumbnailCreated } from "./messages";

/** A message as SNS delivers it. */
export interface Delivery {
  readonly message: string;
  readonly publishedAt: string;
}

/** What is true in the end of a video, and all that is told of it on the way. */
export interface Story {
  readonly deliveries: readonly Delivery[];
  /** The last thumbnail's ETag, and when the last manifest was made; undefined where there is none. */
  readonly eTag: string | undefined;
  readonly madeAt: string | undefined;
}

const at = (seconds: number, milliseconds = 0) =>
  new Date(Date.UTC(2026, 0, 2, 3, 4, seconds, milliseconds)).toISOString();

/**
 * Thumbnails and manifests of one video, one after the other, each told once or several times, and in any order: also
 * with an older thumbnail that is published after the newer one, as by a Lambda that has looked and was then held up.
 */
export const stories: fc.Arbitrary<Story> = fc
  .record({
    thumbnails: fc.array(fc.array(fc.nat(60_000), { minLength: 1, maxLength: 3 }), { maxLength: 5 }),
    manifests: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 5 }),
  })
  .chain(({ thumbnails, manifests }) => {
    const ofThumbnails = thumbnails.flatMap((delaysMs, index) =>
      delaysMs.map((delayMs) => ({
        message: JSON.stringify(thumbnailCreated(at(index), `e${index}`)),
        publishedAt: at(index, delayMs),
      })),
    );
    const ofManifests = manifests.flatMap((times, index) =>
      Array.from({ length: times }, () => ({
        message: JSON.stringify(outputsReady(at(0, index))),
        publishedAt: at(30),
      })),
    );
    const all = [...ofThumbnails, ...ofManifests];
    return fc.shuffledSubarray(all, { minLength: all.length }).map((deliveries) => ({
      deliveries,
      eTag: thumbnails.length === 0 ? undefined : `e${thumbnails.length - 1}`,
      madeAt: manifests.length === 0 ? undefined : at(0, manifests.length - 1),
    }));
  });

/** What a video's row says, of its parts as they were stored. */
export function said(row: { thumbnail?: unknown; outputs?: unknown }): Omit<Story, "deliveries"> {
  const field = (content: unknown, name: string) =>
    typeof content === "string" ? String((JSON.parse(content) as Record<string, unknown>)[name]) : undefined;
  return { eTag: field(row.thumbnail, "eTag"), madeAt: field(row.outputs, "madeAt") };
}
