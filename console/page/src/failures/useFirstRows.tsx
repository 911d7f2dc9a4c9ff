import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { number } from "../parts/counted";

/** Thousands of rows at once would make a browser slow, and nobody reads them. */
const pageRows = 100;

/** The first of many rows, and a button that shows more of them; null where all are shown. */
export function useFirstRows<T>(all: readonly T[]): [first: readonly T[], more: ComponentChild] {
  const [rows, showRows] = useState(pageRows);
  const left = all.length - rows;
  const more = left > 0 && (
    <button
      type="button"
      class="quiet"
      onClick={() => {
        showRows(rows + pageRows);
      }}
    >
      Show {number(Math.min(left, pageRows))} more of {number(left)}
    </button>
  );
  return [all.slice(0, rows), more || null];
}
