import { useComputed, useSignal } from "@preact/signals";
import type { TargetedKeyboardEvent } from "preact";
import { useRef } from "preact/hooks";
import { shown } from "../../../../contract/shown";
import type { VideoSummary } from "../../../messages";
import { ProblemText } from "../parts/Problem";
import { SearchField } from "../parts/SearchField";
import { newestFirst, stack, videos } from "../server/stream";
import "./gallery.css";
import { useRows } from "./useRows";
import { useWidth } from "./useWidth";
import { VideoCard } from "./VideoCard";

/** Pixels: a card is at least so wide, as high as its picture and two lines, and apart from others. */
const cardWidth = 230;
const textHeight = 66;
const gap = 16;

/** All thumbnails, newest first, and a search in their keys. */
export function Gallery() {
  const search = useSignal("");
  const found = useComputed(() => {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    if (words.length === 0) return newestFirst.value;
    return newestFirst.value.filter((video) => {
      const text = plainKey(video);
      return words.every((word) => text.includes(word));
    });
  });
  const told = videos.value;
  if (told === undefined) return <p class="quiet">Reading the thumbnails …</p>;
  if ("problem" in told) return <ProblemText problem={told.problem} />;
  if (told.value.size === 0) return <Empty />;
  return (
    <section aria-label="Gallery">
      <div class="gallery-bar">
        <SearchField label="Search the videos by their keys" text={search} />
        <p class="quiet" role="status">
          {countText(found.value.length, told.value.size, search.value)}
        </p>
      </div>
      {found.value.length === 0 ? (
        <p>No key has “{shown(search.value)}” in it.</p>
      ) : (
        <Grid videos={found.value} />
      )}
    </section>
  );
}

function Grid({ videos: all }: { videos: readonly VideoSummary[] }) {
  const list = useRef<HTMLUListElement>(null);
  const width = useWidth(list);
  const columns = Math.max(1, Math.floor((width + gap) / (cardWidth + gap)));
  const each = (width - (columns - 1) * gap) / columns;
  const rowHeight = Math.round((each * 9) / 16) + textHeight + gap;
  const rows = useRows(Math.ceil(all.length / columns), rowHeight, list);
  return (
    <ul
      class="gallery"
      ref={list}
      style={{ blockSize: `${rows.height}px` }}
      onKeyDown={(event) => {
        moveByArrow(event, columns);
      }}
    >
      {width > 0 &&
        rows.items.flatMap((row) =>
          all.slice(row.index * columns, (row.index + 1) * columns).map((video, column) => (
            <li
              key={video.key}
              aria-setsize={all.length}
              aria-posinset={row.index * columns + column + 1}
              style={{
                inlineSize: `${each}px`,
                transform: `translate(${column * (each + gap)}px, ${rows.topOf(row)}px)`,
              }}
            >
              <VideoCard video={video} />
            </li>
          )),
        )}
    </ul>
  );
}

/** The arrows go from card to card; the next ones are always drawn, since rows out of sight are. */
function moveByArrow(event: TargetedKeyboardEvent<HTMLUListElement>, columns: number): void {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
  };
  const step = steps[event.key];
  const card = event.target instanceof Element ? event.target.closest("li") : null;
  if (step === undefined || card === null || event.altKey || event.ctrlKey || event.metaKey) return;
  const place = Number(card.getAttribute("aria-posinset")) + step;
  const next = event.currentTarget.querySelector<HTMLElement>(`li[aria-posinset="${place}"] a`);
  if (next === null) return;
  event.preventDefault();
  next.focus();
}

function Empty() {
  const { isReadOnly = true, bucketName = "" } = stack.value ?? {};
  return (
    <div class="empty">
      <h2>No thumbnail yet</h2>
      <p>
        {isReadOnly
          ? `Whatever is uploaded to ${bucketName} appears here.`
          : "Drop videos anywhere on this page, or choose them above; their thumbnails appear here."}
      </p>
    </div>
  );
}

const plainKeys = new WeakMap<VideoSummary, string>();

function plainKey(video: VideoSummary): string {
  const text = plainKeys.get(video) ?? plain(video.key);
  plainKeys.set(video, text);
  return text;
}

/** In lower case and without accents: whoever searches is not to mind them. */
function plain(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

function countText(found: number, all: number, search: string): string {
  const count = (many: number) => `${many.toLocaleString("en")} ${many === 1 ? "video" : "videos"}`;
  return search.trim() === "" ? count(all) : `${found.toLocaleString("en")} of ${count(all)}`;
}
