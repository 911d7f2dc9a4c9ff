import type { JudgedFrame, Manifest } from "../../../contract/manifest";

/** Far more than a worker writes of any video; a page is not to be filled with what somebody else has written. */
const most = { seconds: 1e7, pixels: 1e6, characters: 60, verdicts: 20, frames: 1000, outputs: 200 };

/** Whether a worker can have written this manifest, whose form is right. */
export function isLikely({ video, frame, outputs }: Manifest): boolean {
  const { choice } = frame;
  return (
    (video.durationSeconds === null || isTime(video.durationSeconds)) &&
    video.width <= most.pixels &&
    video.height <= most.pixels &&
    video.codec.length <= most.characters &&
    isTime(frame.timestampSeconds) &&
    outputs.length <= most.outputs &&
    outputs.every(({ width = 0, height = 0 }) => width <= most.pixels && height <= most.pixels) &&
    (choice === undefined ||
      (isJudgement(choice) &&
        choice.runnersUp.length <= most.frames &&
        choice.runnersUp.every((one) => isTime(one.timestampSeconds) && isJudgement(one))))
  );
}

function isTime(seconds: number): boolean {
  return seconds >= 0 && seconds <= most.seconds;
}

function isJudgement({ score, verdicts }: Pick<JudgedFrame, "score" | "verdicts">): boolean {
  return (
    score >= 0 &&
    score <= 1 &&
    verdicts.length <= most.verdicts &&
    verdicts.every(({ length }) => length <= most.characters)
  );
}
