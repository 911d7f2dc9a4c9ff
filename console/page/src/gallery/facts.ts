import { signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { StoryboardFacts, ThumbnailFacts, VideoSummary } from "../../../messages";
import { get, post } from "../server/api";

/** As many as the server takes in one question. */
const batchKeys = 100;
/** Some screens full; who comes back to what was seen before asks for it again. */
const keptFacts = 2000;

const known = new Map<string, Signal<ThumbnailFacts | undefined>>();
const wanted = new Map<string, string>();
let isAsking = false;

/**
 * What is known of a thumbnail; undefined until the server has said it. Cards that appear together are asked for together, and
 * what may have grown since is asked for each time that this is called: when a card appears, not when it is drawn.
 */
export function factsOf({ key, eTag }: VideoSummary): ReadonlySignal<ThumbnailFacts | undefined> {
  const id = `${eTag} ${key}`;
  const facts = known.get(id) ?? signal<ThumbnailFacts | undefined>(undefined);
  keep(known, id, facts);
  if (facts.value?.durationSeconds == null) {
    wanted.set(id, key);
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
    const keys = batch.map(([, key]) => key);
    // What is not told now is asked for when its card appears again.
    const told = await post<ThumbnailFacts[]>("/api/thumbnails", { keys }).catch(() => []);
    for (const [index, [id]] of batch.entries()) {
      const facts = known.get(id);
      const one = told[index];
      if (facts !== undefined && one !== undefined) facts.value = one;
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
  const storyboard =
    storyboards.get(id) ??
    get<StoryboardFacts>("/api/storyboard", { key }).catch(() => {
      storyboards.delete(id);
      return undefined;
    });
  keep(storyboards, id, storyboard);
  return storyboard;
}

/** As the newest of those that are kept; the oldest goes. */
function keep<T>(all: Map<string, T>, id: string, one: T): void {
  all.delete(id);
  all.set(id, one);
  if (all.size <= keptFacts) return;
  const [oldest] = all.keys();
  if (oldest !== undefined) all.delete(oldest);
}
