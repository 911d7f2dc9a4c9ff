import type { Signal } from "@preact/signals";

/** A field whose text is searched for as it is typed. */
export function SearchField({ label, text }: { label: string; text: Signal<string> }) {
  return (
    <label class="search-field">
      <span class="visually-hidden">{label}</span>
      <input
        type="search"
        placeholder="Search"
        value={text.value}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
      />
    </label>
  );
}
