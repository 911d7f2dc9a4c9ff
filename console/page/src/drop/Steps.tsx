import { getETA, getSpeed } from "@uppy/utils";
import { shown } from "../../../../contract/shown";
import type { VideoProgress } from "../../../messages";
import { size, span } from "../parts/times";
import { stack } from "../server/stream";
import { hrefOf } from "../shell/route";
import type { Upload, UploadState } from "./sending/upload";

/** How far a file is on its way to the bucket. */
export function SendingLine({ upload }: { upload: Upload }) {
  const { state, sentBytes, file, key } = upload;
  const sent = Math.min(sentBytes.value, file.size);
  return (
    <>
      <progress max={file.size} value={sent} aria-label={`Upload of ${shown(key)}`} />
      <p class="upload-line">{lineOf(state.value, sent, file.size)}</p>
    </>
  );
}

function lineOf(state: UploadState, sent: number, bytes: number): string {
  const amount = `${size(sent)} of ${size(bytes)}`;
  switch (state.step) {
    case "waiting":
      return sent > 0 ? `Waits for its turn, ${amount} sent` : "Waits for its turn";
    case "sending":
      return [amount, ...paceOf(state.sinceMs, sent - state.sentBefore, bytes - state.sentBefore)].join(" · ");
    case "finishing":
      return "Sent; S3 puts it together";
    case "paused":
      return `Paused, ${amount} sent`;
    case "cut":
      return `${shown(`${state.problem.message} ${state.problem.whatToDo}`)} ${amount} sent.`;
    case "stopped":
      return `Stopped, ${amount} sent`;
    case "stored":
      return "Uploaded";
  }
}

/** Speed and time left since the file was last started, once they mean something. */
function paceOf(uploadStarted: number, bytesUploaded: number, bytesTotal: number): string[] {
  if (bytesUploaded <= 0 || Date.now() - uploadStarted < 500) return [];
  const told = { uploadStarted, bytesUploaded, bytesTotal, uploadComplete: false as const };
  return [`${size(getSpeed(told))}/s`, `${span(getETA(told))} left`];
}

/** What has been made of a stored video, and how long after its drop. */
export function Steps({ upload, storedAtMs }: { upload: Upload; storedAtMs: number }) {
  const progress = upload.progress.value;
  const { frame, done, failed } = progress?.at ?? {};
  const after = (at: string | number) => span((new Date(at).getTime() - upload.droppedAtMs) / 1000);
  const hasExtras = (stack.value?.extrasAskedFor ?? "") !== "";
  return (
    <>
      <ol class="upload-steps" aria-label="Seconds after the drop">
        <li>Uploaded {after(storedAtMs)}</li>
        {frame !== undefined && <li>Picture {after(frame)}</li>}
        {done !== undefined && hasExtras && <li>Storyboard and more {after(done)}</li>}
        {failed !== undefined && <li class="is-bad">Failed {after(failed)}</li>}
        {done === undefined && failed === undefined && <li class="is-next">{nextOf(progress)}</li>}
      </ol>
      {progress?.phase === "failed" && (
        <p class="upload-reason">
          {shown(progress.reason ?? "")} <a href={hrefOf({ view: "failures" })}>What to do</a>
        </p>
      )}
    </>
  );
}

/** What is being done, or waited for. */
function nextOf(progress: VideoProgress | undefined): string {
  const before = progress?.before ?? 0;
  const queue = before > 0 ? `, about ${before} before it` : "";
  switch (progress?.phase) {
    case "starting":
      return `A worker is starting${queue}`;
    case "working":
      return "A worker takes the picture";
    case "extras":
      return "Storyboard and more are made";
    case "frame":
      return "Picture is there";
    default:
      return `Waits for a worker${queue}`;
  }
}
