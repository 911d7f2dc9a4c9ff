import type { VideoSummary } from "../../messages";
import type { Live } from "../../server/live";

/** The videos with a thumbnail, as far as they were listed or seen; whoever learns of one says it here, and pages are told. */
export class KnownVideos {
  private byKey: Map<string, VideoSummary> | undefined;
  /** Those that were seen while a listing is made, which may have passed their place before they were there. */
  private seenMeanwhile: Map<string, VideoSummary> | undefined;

  constructor(private readonly live: Live) {}

  /** A listing of all begins, which may take long. */
  listing(): void {
    this.seenMeanwhile = new Map();
  }

  /** A listing of all, in place of what was known. Pages are told of the difference. */
  listed(found: readonly VideoSummary[]): void {
    const before = this.byKey;
    this.byKey = new Map(found.map((video) => [video.key, video]));
    for (const video of this.seenMeanwhile?.values() ?? []) this.byKey.set(video.key, video);
    this.seenMeanwhile = undefined;
    const all = [...this.byKey.values()];
    // A listing that failed has been told of in place of all.
    const told = this.live.last("videos");
    if (before === undefined || told === undefined || "problem" in told) {
      this.live.tell({ name: "videos", data: { value: all } });
      return;
    }
    const changed = all.filter((video) => !isSame(before.get(video.key), video));
    const removed = [...before.keys()].filter((key) => this.byKey?.has(key) === false);
    this.tell(changed, removed);
  }

  /** A thumbnail that was seen to be there; before the first listing has ended nobody is told. */
  seen(video: VideoSummary): void {
    this.seenMeanwhile?.set(video.key, video);
    if (this.byKey === undefined || isSame(this.byKey.get(video.key), video)) return;
    this.byKey.set(video.key, video);
    this.tell([video], []);
  }

  get(key: string): VideoSummary | undefined {
    return this.byKey?.get(key);
  }

  private tell(changed: readonly VideoSummary[], removed: readonly string[]): void {
    this.live.keep({ name: "videos", data: { value: [...(this.byKey?.values() ?? [])] } });
    if (changed.length + removed.length === 0) return;
    this.live.tell({ name: "videos-changed", data: { changed, removed } }, { kept: false });
  }
}

function isSame(known: VideoSummary | undefined, video: VideoSummary): boolean {
  return (
    known?.eTag === video.eTag && known.storedAt === video.storedAt && known.thumbnail === video.thumbnail
  );
}
