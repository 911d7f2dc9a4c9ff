import { useMemo, useState } from "preact/hooks";
import type { Phase, StoryboardFacts, VideoSummary } from "../../../messages";
import { Key } from "../parts/Key";
import { outputAddress } from "../parts/media";
import { TimeAgo } from "../parts/TimeAgo";
import { clock } from "../parts/times";
import { progress } from "../server/stream";
import { hrefOf } from "../shell/route";
import { factsOf, storyboardOf } from "./facts";
import { Picture } from "./Picture";
import { Tile } from "./Tile";

const wantsCalm = matchMedia("(prefers-reduced-motion: reduce)");

/** A video of the gallery: its thumbnail, and on pointing at it what its storyboard or its preview shows. */
export function VideoCard({ video }: { video: VideoSummary }) {
  const phase = progress.value.find(({ key }) => key === video.key)?.phase;
  // When all outputs are made, there is more to tell than when the thumbnail was.
  const facts = useMemo(() => factsOf(video), [video.key, video.eTag, phase === "done"]).value;
  const [isPointedAt, setPointedAt] = useState(false);
  const [board, setBoard] = useState<StoryboardFacts>();
  const [seconds, setSeconds] = useState<number>();
  const preview = isPointedAt && !wantsCalm.matches && facts?.preview != null ? facts.preview : undefined;
  const point = () => {
    setPointedAt(true);
    if (facts?.hasStoryboard === true && board === undefined) void storyboardOf(video).then(setBoard);
  };
  const leave = () => {
    setPointedAt(false);
    setSeconds(undefined);
  };
  const scrub = (event: PointerEvent) => {
    if (board === undefined || !(event.currentTarget instanceof HTMLElement)) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setSeconds(Math.min(0.999, Math.max(0, (event.clientX - left) / width)) * board.durationSeconds);
  };
  return (
    <a
      class="video-card"
      href={hrefOf({ view: "video", key: video.key })}
      onPointerEnter={point}
      onPointerMove={scrub}
      onPointerLeave={leave}
      onFocus={point}
      onBlur={leave}
    >
      <span class="video-card-picture">
        <Picture video={video} facts={facts} />
        {preview !== undefined && seconds === undefined && (
          <img class="video-card-preview" src={outputAddress(preview, video.eTag)} alt="" />
        )}
        {board !== undefined && seconds !== undefined && (
          <>
            <Tile board={board} seconds={seconds} eTag={video.eTag} />
            <span class="video-card-time" aria-hidden="true">
              {clock(seconds)}
            </span>
            <span
              class="video-card-place"
              style={{ inlineSize: `${(100 * seconds) / board.durationSeconds}%` }}
            />
          </>
        )}
        {isMadeAnew(phase) && <span class="video-card-step">Made anew …</span>}
        {facts?.durationSeconds != null && seconds === undefined && (
          <span class="video-card-time">{clock(facts.durationSeconds)}</span>
        )}
      </span>
      <span class="video-card-name">
        <Key text={video.key} />
      </span>
      <span class="quiet">
        <TimeAgo iso={video.storedAt} />
      </span>
    </a>
  );
}

/** Whether another thumbnail is to take this one's place. */
function isMadeAnew(phase: Phase | undefined): boolean {
  return phase === "queued" || phase === "starting" || phase === "working";
}
