import { shown } from "../../../../contract/shown";

/** A key, as text in which nothing hides and nothing turns the direction of writing. */
export function Key({ text }: { text: string }) {
  return <bdi class="key">{shown(text)}</bdi>;
}
