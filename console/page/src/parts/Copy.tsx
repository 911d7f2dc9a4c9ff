import { announce } from "./Announcer";

/** A button that copies a text, which `what` names: `the command`. */
export function Copy({ text, what }: { text: string; what: string }) {
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => {
        announce(`Copied ${what}.`);
      },
      () => {
        announce(`The browser does not let the page copy ${what}: select it, and copy it by hand.`);
      },
    );
  return (
    <button type="button" class="quiet small" aria-label={`Copy ${what}`} onClick={() => void copy()}>
      Copy
    </button>
  );
}
