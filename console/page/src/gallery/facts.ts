import { signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { StoryboardFacts, ThumbnailFacts, VideoSummary } from "../../../messages";
import { get, post } from "../server/api";

/** As many as the server takes in one question. */
const batchKeys = 100;

const known = new Map<string, Signal<ThumbnailFacts | undefined>>();
const wanted = new Map<string, VideoSummary>();
let isAsking = false;

/** What is known of a thumbnail; undefined until the server has said it. Cards that appear together are asked for together. */
export function factsOf(video: VideoSummary): ReadonlySignal<ThumbnailFacts | undefined> {
  const id = `${video.eTag} ${video.key}`;
  const facts = known.get(id) ?? signal<ThumbnailFacts | undefined>(undefined);
  if (!known.has(id)) {
    known.set(id, facts);
    wanted.set(id, video);
    if (!isAsking) {
      isAsking = true;
      setTimeout(() => void ask());
    }
  }
  return facts;
}

async function ask(): Promise<void> {
  while (wanted.size > 0) {
    // Those that came into view last are looked at now.
    const batch = [...wanted].slice(-batchKeys);
    for (const [id] of batch) wanted.delete(id);
    const told = await post<ThumbnailFacts[]>("/api/thumbnails", {
      keys: batch.map(([, { key }]) => key),
    }).catch(() => undefined);
    for (const [index, [id]] of batch.entries()) {
      const facts = known.get(id);
      const one = told?.[index];
      if (facts !== undefined && one !== undefined) facts.value = one;
      // What is not known yet, or may grow, is asked for again when its card is drawn again.
      if (one === undefined || (one.durationSeconds === null && one.preview === null)) known.delete(id);
    }
  }
  isAsking = false;
}

const storyboards = new Map<string, Promise<StoryboardFacts | undefined>>();

/** How a video's storyboard is laid out, of its thumbnail's version; undefined where there is none. */
export function storyboardOf({
  key,
  eTag,
}: Pick<VideoSummary, "key" | "eTag">): Promise<StoryboardFacts | undefined> {
  const id = `${eTag} ${key}`;
  let storyboard = storyboards.get(id);
  if (storyboard === undefined) {
    storyboard = get<StoryboardFacts>("/api/storyboard", { key }).catch(() => undefined);
    storyboards.set(id, storyboard);
  }
  return storyboard;
}
