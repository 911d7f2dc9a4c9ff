import { useEffect, useRef } from "preact/hooks";
import { Key } from "../parts/Key";
import { question, type Question } from "./takeFiles";

const keysShown = 5;

/** Asks before videos of the bucket are replaced. */
export function ReplaceDialog() {
  const asked = question.value;
  return asked && <Dialog {...asked} />;
}

function Dialog({ existing, total, answer }: Question) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const [one, more] = [existing.length === 1, existing.length - keysShown];
  return (
    <dialog ref={dialog} aria-labelledby="replace-title" onCancel={() => answer("cancel")}>
      <h2 id="replace-title">
        {total === 1
          ? "This video is in the bucket already"
          : `${existing.length} of ${total} videos ${one ? "is" : "are"} in the bucket already`}
      </h2>
      <ul class="drop-keys">
        {existing.slice(0, keysShown).map((key) => (
          <li key={key}>
            <Key text={key} />
          </li>
        ))}
        {more > 0 && <li class="quiet">and {more} more</li>}
      </ul>
      <p>
        {one ? "If it is uploaded, it replaces the one" : "If they are uploaded, they replace those"} that{" "}
        {one ? "is" : "are"} there, and new thumbnails are made.
      </p>
      <form method="dialog" class="drop-answers">
        <button type="button" onClick={() => answer("cancel")}>
          Cancel
        </button>
        {total > existing.length && (
          <button type="button" onClick={() => answer("leave out")}>
            Leave {one ? "it" : "them"} out
          </button>
        )}
        <button type="button" class="primary" onClick={() => answer("replace")}>
          Replace {one ? "it" : "them"}
        </button>
      </form>
    </dialog>
  );
}
