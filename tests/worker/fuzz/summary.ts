import type { Case, Result } from "./campaign";

interface Row {
  cases: number;
  thumbnail: number;
  failed: number;
  retried: number;
  anomalies: number;
  slowestSeconds: number;
  slowestCase: number;
}

/** Counts what became of each container's cases. */
export class Summary {
  private readonly rows = new Map<string, Row>();
  private readonly reasons = new Map<string, number>();

  add({ container, number }: Case, { outcome, reason, seconds, anomaly }: Result): void {
    for (const name of [container, "all"]) {
      const row = this.rows.get(name) ?? emptyRow();
      this.rows.set(name, row);
      row.cases++;
      row[outcome]++;
      if (anomaly !== undefined) row.anomalies++;
      if (seconds > row.slowestSeconds) [row.slowestSeconds, row.slowestCase] = [seconds, number];
    }
    if (reason === undefined) return;
    const kind = reason.replaceAll(/[\d.]+/g, "N").slice(0, 70);
    this.reasons.set(kind, (this.reasons.get(kind) ?? 0) + 1);
  }

  toString(): string {
    const table = [
      ["container", "cases", "thumbnails", "failed", "retried", "anomalies", "slowest", "(case)"],
      ...[...this.rows].map(([name, row]) => [
        name,
        ...[row.cases, row.thumbnail, row.failed, row.retried, row.anomalies].map(String),
        `${row.slowestSeconds.toFixed(1)} s`,
        `(${row.slowestCase})`,
      ]),
    ];
    const lines = table.map(
      ([name = "", ...cells]) => name.padEnd(16) + cells.map((cell) => cell.padStart(11)).join(""),
    );
    const reasons = [...this.reasons].sort(([, a], [, b]) => b - a);
    const most = reasons.slice(0, 25).map(([reason, count]) => `${String(count).padStart(6)}  ${reason}`);
    return [...lines, "", `${reasons.length} kinds of reasons; the most frequent:`, ...most].join("\n");
  }
}

function emptyRow(): Row {
  return { cases: 0, thumbnail: 0, failed: 0, retried: 0, anomalies: 0, slowestSeconds: 0, slowestCase: 0 };
}
