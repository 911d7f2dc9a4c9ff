import { useEffect, useId } from "preact/hooks";
import { shown } from "../../../../contract/shown";
import { stack } from "../server/stream";
import { prefix } from "./takeFiles";

/** Where in the bucket the next videos go: under one of the stack's prefixes, or in any folder where it has none. */
export function PrefixField() {
  const id = useId();
  const prefixes = stack.value?.videoPrefixes ?? [];
  useEffect(() => {
    if (prefixes.length > 0 && !prefixes.includes(prefix.value)) prefix.value = prefixes[0] ?? "";
  }, [prefixes.join("\n")]);
  return (
    <span class="drop-prefix">
      <label for={id}>Into</label>
      {prefixes.length > 0 ? (
        <select
          id={id}
          value={prefix.value}
          onChange={({ currentTarget }) => (prefix.value = currentTarget.value)}
        >
          {prefixes.map((one) => (
            <option key={one} value={one}>
              {shown(one)}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...{ id, type: "text", placeholder: "the bucket itself", size: 16, spellcheck: false }}
          autocomplete="off"
          onChange={({ currentTarget }) => (prefix.value = folderOf(currentTarget.value))}
        />
      )}
    </span>
  );
}

/** `holiday` and `/holiday/` are `holiday/`. */
function folderOf(text: string): string {
  const name = text.trim().replace(/^\/+|\/+$/g, "");
  return name === "" ? "" : `${name}/`;
}
