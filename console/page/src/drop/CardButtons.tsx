import { shown } from "../../../../contract/shown";
import { stageOf, type Upload } from "./sending/upload";
import { canCancel, cancel, pause, resume } from "./sending/uploads";

/** What can be done with an upload where it is. */
export function CardButtons({ upload }: { upload: Upload }) {
  const stage = stageOf(upload);
  return (
    <div class="upload-buttons">
      {stage === "sending" && <Button name="Pause" of={upload} onClick={() => pause(upload)} />}
      {stage === "paused" && <Button name="Resume" of={upload} onClick={() => resume(upload)} />}
      {stage === "stopped" && <Button name="Retry" of={upload} onClick={() => resume(upload)} />}
      {canCancel(stage) && <Button name="Cancel" of={upload} onClick={() => void cancel(upload)} />}
    </div>
  );
}

function Button({ name, of: { key }, onClick }: { name: string; of: Upload; onClick: () => void }) {
  return (
    <button type="button" aria-label={`${name} ${shown(key)}`} onClick={onClick}>
      {name}
    </button>
  );
}
