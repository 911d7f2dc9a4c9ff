import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Problem, StoryboardFacts, VideoDetails } from "../../../messages";
import { storyboardOf } from "../gallery/facts";
import { Picture } from "../gallery/Picture";
import { Key } from "../parts/Key";
import { lazily } from "../parts/lazily";
import { ProblemText } from "../parts/Problem";
import { get, problemOf } from "../server/api";
import { failures, isConnected, progress, stack, videos } from "../server/stream";
import { hrefOf } from "../shell/route";
import { Choosing } from "./Choosing";
import { Details } from "./Details";
import type { ShownFrame } from "./frameTime";
import { RunnersUp } from "./RunnersUp";
import { Storyboard, TimeField } from "./Storyboard";
import "./video.css";

/** Media Chrome is as large as all the rest of the page. */
const Player = lazily(() => import("./Player").then((module) => module.Player), <div class="player" />);

/** One video: a player, its thumbnail and the choice of another frame, and what was made of it. */
export function VideoView({ videoKey }: { videoKey: string }) {
  const details = useSignal<VideoDetails | undefined>(undefined);
  const problem = useSignal<Problem | undefined>(undefined);
  const board = useSignal<StoryboardFacts | undefined>(undefined);
  const seconds = useSignal(0);
  const isPlayable = useSignal(true);
  const player = useRef<ShownFrame | null>(null);
  const readings = useRef(0);
  const all = videos.value;
  const video = all !== undefined && "value" in all ? all.value.get(videoKey) : undefined;
  const step = progress.value.find(({ key }) => key === videoKey);
  const read = async () => {
    const reading = ++readings.current;
    try {
      const told = await get<VideoDetails>("/api/video", { key: videoKey });
      // An answer that was overtaken is of before.
      if (reading === readings.current) [details.value, problem.value] = [told, undefined];
    } catch (error) {
      if (reading === readings.current) problem.value = problemOf(error);
    }
  };
  // What is known is asked for anew when another thumbnail is there, and when all outputs are.
  useEffect(() => void read(), [videoKey, video?.eTag, step?.phase, isConnected.value]);
  useEffect(() => {
    if (details.value?.thumbnail?.hasStoryboard === true && video !== undefined)
      void storyboardOf(video).then((told) => (board.value = told));
  }, [details.value, video?.eTag]);
  const goTo = (time: number) => {
    seconds.value = time;
    if (isPlayable.value) player.current?.goTo(time);
  };
  const failure = failureOf(videoKey);
  const told = details.value;
  return (
    <>
      <p>
        <a href={hrefOf({ view: "videos" })}>All videos</a>
      </p>
      <h1>
        <Key text={videoKey} />
      </h1>
      {problem.value !== undefined && <ProblemText problem={problem.value} />}
      {failure !== undefined && (
        <div class="problem">
          <p>
            <strong>It failed:</strong> <Key text={failure} />
          </p>
          <p>
            <a href={hrefOf({ view: "failures" })}>What that means, and what to do</a>
          </p>
        </div>
      )}
      {told === undefined ? (
        <div class="video-side">
          {problem.value === undefined && <p class="quiet">Reading the video …</p>}
          {problem.value !== undefined && video !== undefined && (
            <div class="video-thumbnail">
              <Picture video={video} facts={undefined} alt="The thumbnail that is left" />
            </div>
          )}
        </div>
      ) : (
        <div class="video">
          <div class="video-main">
            {isPlayable.value ? (
              <Player
                key={told.uploadedAt}
                videoKey={videoKey}
                version={told.uploadedAt}
                hasStoryboard={told.thumbnail?.hasStoryboard === true}
                onFrame={(time) => (seconds.value = time)}
                onUnplayable={() => (isPlayable.value = false)}
                onReady={(frame) => (player.current = frame)}
              />
            ) : (
              <div class="card">
                <p>This browser does not play this video; its frames can be chosen by their time.</p>
                {board.value !== undefined && video !== undefined ? (
                  <Storyboard
                    board={board.value}
                    eTag={video.eTag}
                    seconds={seconds.value}
                    onSeconds={(time) => (seconds.value = time)}
                  />
                ) : (
                  <TimeField seconds={seconds.value} onSeconds={(time) => (seconds.value = time)} />
                )}
              </div>
            )}
            {told.manifest?.frame.choice !== undefined && (
              <RunnersUp
                choice={told.manifest.frame.choice}
                board={board.value}
                eTag={video?.eTag ?? ""}
                onSeconds={goTo}
              />
            )}
          </div>
          <div class="video-side">
            <section class="card" aria-labelledby="thumbnail">
              <h2 id="thumbnail">Thumbnail</h2>
              {video !== undefined && (
                <div class="video-thumbnail">
                  <Picture
                    video={video}
                    facts={told.thumbnail ?? undefined}
                    alt="The thumbnail as it is now"
                  />
                </div>
              )}
              <Choosing
                details={told}
                isReadOnly={stack.value?.isReadOnly !== false}
                seconds={seconds.value}
                step={step}
                opsOptions={stack.value?.opsOptions ?? ""}
                onChosen={() => void read()}
              />
            </section>
            <Details details={told} />
          </div>
        </div>
      )}
    </>
  );
}

/** Why the video is among the failures; undefined when it is not. */
function failureOf(videoKey: string): string | undefined {
  const told = failures.value;
  if (told === undefined || "problem" in told) return undefined;
  return told.value.jobs.find(({ key }) => key === videoKey)?.reason;
}
