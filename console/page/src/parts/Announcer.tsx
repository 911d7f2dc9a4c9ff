import { signal } from "@preact/signals";
import { shown } from "../../../../contract/shown";
import "./announcer.css";

const shownMs = 8000;
const said = signal<{ text: string; id: number } | undefined>(undefined);
let count = 0;

/** Says in a sentence what has just happened: on the page for some seconds, and to a screen reader. */
export function announce(text: string): void {
  const id = ++count;
  said.value = { text, id };
  setTimeout(() => {
    if (said.value?.id === id) said.value = undefined;
  }, shownMs);
}

/** Where what is announced appears; once in the page. */
export function Announcer() {
  const now = said.value;
  return (
    <div class="announcer" role="status">
      {now !== undefined && (
        <p key={now.id} class="announcement">
          {shown(now.text)}
        </p>
      )}
    </div>
  );
}
