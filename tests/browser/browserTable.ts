import type { BrowserCase, Exception } from "./browserCase";

type Cells = readonly (readonly number[])[];

interface Row {
  cases: number;
  notPlayed: number;
  exceptions: number;
  /** Of R, G and B, over all cases that are no exceptions. */
  differences: number[];
}

/** What the cases came to: their number, the largest difference of each channel, the exceptions and their reasons. */
export class BrowserTable {
  private readonly rows = new Map<string, Row>();
  private readonly exceptions = new Map<Exception, string[]>();

  /** The largest difference of each channel in one case. */
  add(one: BrowserCase, actual: Cells, expected: Cells): number[] {
    const differences = [0, 1, 2].map((channel) =>
      Math.max(
        ...actual.map((cell, index) => Math.abs((cell[channel] ?? 0) - (expected[index]?.[channel] ?? 0))),
      ),
    );
    const row = this.row(one);
    if (one.exception === undefined) {
      row.differences = row.differences.map((value, channel) => Math.max(value, differences[channel] ?? 0));
    } else {
      row.exceptions++;
      const cases = this.exceptions.get(one.exception) ?? [];
      this.exceptions.set(one.exception, [...cases, `${one.name} (${differences.join(", ")})`]);
    }
    return differences;
  }

  /** The browser cannot play it. */
  addNotPlayed(one: BrowserCase): void {
    this.row(one).notPlayed++;
  }

  toString(): string {
    const head = ["", "cases", "not played", "exceptions", "largest difference of R, G, B"];
    const body = [...this.rows].map(([group, { cases, notPlayed, exceptions, differences }]) =>
      [group, cases, notPlayed, exceptions, differences.join(", ")].map(String),
    );
    const widths = head.map((title, column) =>
      Math.max(title.length, ...body.map((row) => row[column]?.length ?? 0)),
    );
    const lines = [head, ...body].map((row) =>
      row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "),
    );
    const reasons = [...this.exceptions].map(
      ([{ reason }, cases]) => `\nException: ${reason}.\n  ${cases.join("\n  ")}`,
    );
    return [...lines, ...reasons].join("\n");
  }

  private row(one: BrowserCase): Row {
    const row = this.rows.get(one.group) ?? { cases: 0, notPlayed: 0, exceptions: 0, differences: [0, 0, 0] };
    this.rows.set(one.group, row);
    row.cases++;
    return row;
  }
}
