import { shown } from "../../../../contract/shown";

/** A sentence in which what is between backticks is code. */
export function Words({ text }: { text: string }) {
  return (
    <>
      {text
        .split("`")
        .map((part, index) => (index % 2 === 0 ? shown(part) : <code key={index}>{shown(part)}</code>))}
    </>
  );
}
