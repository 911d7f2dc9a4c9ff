import { computed, signal, type Signal } from "@preact/signals";
import type {
  Failures,
  Reading,
  StackInfo,
  Status,
  StreamMessages,
  VideoProgress,
  VideoSummary,
} from "../../../messages";
import { get } from "./api";

/** Undefined until it is told. */
type Told<T> = T | undefined;

export const stack: Signal<Told<StackInfo>> = signal(undefined);
export const status: Signal<Told<Status>> = signal(undefined);
export const failures: Signal<Told<Reading<Failures>>> = signal(undefined);
export const progress: Signal<readonly VideoProgress[]> = signal([]);
/** By their videos' keys. */
export const videos: Signal<Told<Reading<ReadonlyMap<string, VideoSummary>>>> = signal(undefined);
/** Whether the server is heard. */
export const isConnected = signal(true);
/** False of a server that answers and does not know this page, as one that was started anew. */
export const isLetIn = signal(true);

/** Newest first, by the key where two are of one second. */
export const newestFirst = computed(() => {
  const told = videos.value;
  if (told === undefined || "problem" in told) return [];
  return [...told.value.values()].sort(
    // Of a hundred thousand, localeCompare would take a second.
    (a, b) => (a.storedAt === b.storedAt ? (a.key < b.key ? -1 : 1) : a.storedAt < b.storedAt ? 1 : -1),
  );
});

/** Hears the server from now on; a lost connection is tried again by itself, and then all is told anew. */
export function connect(): void {
  const source = new EventSource("/api/stream");
  const on = <N extends keyof StreamMessages>(name: N, hear: (data: StreamMessages[N]) => void) => {
    source.addEventListener(name, ({ data }: MessageEvent<string>) => {
      hear(JSON.parse(data) as StreamMessages[N]);
    });
  };
  on("status", (told) => (status.value = told));
  on("failures", (told) => (failures.value = told));
  on("progress", (told) => (progress.value = told));
  on("videos", (told) => (videos.value = "problem" in told ? told : { value: byKey(told.value) }));
  on("videos-changed", ({ changed, removed }) => {
    const told = videos.value;
    if (told === undefined || "problem" in told) return;
    const value = new Map(told.value);
    for (const key of removed) value.delete(key);
    for (const video of changed) value.set(video.key, video);
    videos.value = { value };
  });
  source.addEventListener("open", () => {
    isConnected.value = true;
    isLetIn.value = true;
    void readStack();
  });
  source.addEventListener("error", () => {
    isConnected.value = false;
    // A browser gives up where it was answered. It is let in again once the new address is opened, in whichever tab.
    if (source.readyState !== EventSource.CLOSED) return;
    void readAccess();
    setTimeout(connect, 2000);
  });
}

async function readAccess(): Promise<void> {
  const answer = await fetch("/api/stack").catch(() => undefined);
  if (answer !== undefined) isLetIn.value = answer.status !== 401;
}

async function readStack(): Promise<void> {
  stack.value = await get<StackInfo>("/api/stack").catch(() => stack.value);
}

function byKey(list: readonly VideoSummary[]): Map<string, VideoSummary> {
  return new Map(list.map((video) => [video.key, video]));
}
