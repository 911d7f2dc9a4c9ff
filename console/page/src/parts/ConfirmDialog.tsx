import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Words } from "./Words";
import "./dialog.css";

/** What a person is asked. */
export interface Question {
  readonly title: string;
  /** What will be done to what, in whole sentences, one a paragraph; what is between backticks is code. */
  readonly text: string | readonly string[];
  /** What the button says that does it, such as `Send again`. */
  readonly action: string;
  /** It can not be taken back. */
  readonly isDangerous?: boolean;
}

const asked = signal<{ question: Question; answer: (isWanted: boolean) => void } | undefined>(undefined);

/** Asks before something is done. False where it is not wanted, and of a question that another one takes the place of. */
export function confirm(question: Question): Promise<boolean> {
  asked.value?.answer(false);
  return new Promise((resolve) => {
    asked.value = {
      question,
      answer: (isWanted) => {
        asked.value = undefined;
        resolve(isWanted);
      },
    };
  });
}

/** Where questions are asked; once in the page. */
export function ConfirmDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const now = asked.value;
  useEffect(() => {
    if (now !== undefined) dialog.current?.showModal();
  }, [now]);
  if (now === undefined) return null;
  const { title, text, action, isDangerous = false } = now.question;
  // The dialog is closed before it is gone, so that the focus goes back to where it was.
  const close = (isWanted: boolean) => () => {
    dialog.current?.close();
    now.answer(isWanted);
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="question" onCancel={close(false)}>
      <h2 id="question">{title}</h2>
      {[text].flat().map((paragraph) => (
        <p key={paragraph}>
          <Words text={paragraph} />
        </p>
      ))}
      <div class="dialog-buttons">
        <button type="button" autofocus={isDangerous} onClick={close(false)}>
          Cancel
        </button>
        <button
          type="button"
          class={isDangerous ? "dangerous" : "primary"}
          autofocus={!isDangerous}
          onClick={close(true)}
        >
          {action}
        </button>
      </div>
    </dialog>
  );
}
