import { useSignal } from "@preact/signals";
import type { Problem } from "../../../messages";
import { Key } from "../parts/Key";
import { ProblemText } from "../parts/Problem";
import { size } from "../parts/times";
import { problemOf } from "../server/api";
import { stack } from "../server/stream";
import { keptUploads, type KeptUpload } from "./sending/kept";
import { throwAway } from "./sending/sender";
import { uploads } from "./sending/uploads";

/** Uploads that were under way when the page was left. The browser has their files no longer. */
export function Interrupted() {
  const problem = useSignal<Problem | undefined>(undefined);
  const own = new Set(uploads.value.map(({ inHand }) => inHand?.uploadId));
  const left = keptUploads.value.filter(
    ({ bucket, uploadId }) => bucket === stack.value?.bucketName && !own.has(uploadId),
  );
  if (left.length === 0) return null;
  const end = async (ended: readonly KeptUpload[]) => {
    try {
      for (const upload of ended) await throwAway(upload);
      problem.value = undefined;
    } catch (error) {
      problem.value = problemOf(error);
    }
  };
  return (
    <section class="card drop-interrupted" aria-labelledby="interrupted-title">
      <div class="uploads-head">
        <h2 id="interrupted-title">Interrupted</h2>
        {left.length > 1 && (
          <button type="button" onClick={() => void end(left)}>
            Throw all away
          </button>
        )}
      </div>
      <p class="quiet">Choose or drop the same files again, and they go on where they were.</p>
      {problem.value && <ProblemText problem={problem.value} />}
      <ul class="drop-keys">
        {left.map((upload) => (
          <li key={upload.uploadId} class="drop-kept">
            <Key text={upload.key} />
            <span class="quiet">{size(upload.size)}</span>
            <button
              type="button"
              aria-label={`Throw away ${upload.key}`}
              onClick={() => void end([upload])}
            >
              Throw away
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
