import type { Label } from "./film";

/** What was chosen of one film. */
export interface Row {
  readonly film: string;
  readonly kind: string;
  readonly choices: readonly ShownChoice[];
}

export interface ShownChoice {
  readonly chooser: string;
  /** Of the picture, beside the page. */
  readonly file: string;
  readonly seconds: number;
  readonly label: Label;
}

/** A page on which the choices stand side by side, the poor ones framed in red. */
export function page(rows: readonly Row[]): string {
  const head = rows[0]?.choices.map(({ chooser }) => `<th>${chooser}</th>`).join("") ?? "";
  const lines = rows.map(({ film, choices }) => {
    const cells = choices.map(({ file, seconds, label }) => {
      const isPoor = label !== "good";
      return `<td><img class="${isPoor ? "poor" : ""}" src="${file}" alt=""><br>${seconds.toFixed(2)} s, ${label}</td>`;
    });
    return `<tr><th>${film}</th>${cells.join("")}</tr>`;
  });
  return [
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>The best frame</title>`,
    `<style>body{background:#999;font:14px sans-serif}img{width:240px;border:4px solid #999}`,
    `.poor{border-color:#c00}th{text-align:left;vertical-align:top}</style>`,
    `<table><tr><th></th>${head}</tr>${lines.join("\n")}</table></html>\n`,
  ].join("\n");
}

/** How many poor pictures each way has chosen, by kind of film: a table in Markdown. */
export function summary(rows: readonly Row[]): string {
  const choosers = rows[0]?.choices.map(({ chooser }) => chooser) ?? [];
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  const poor = (chooser: string, of: readonly Row[]) =>
    of.filter(({ choices }) => choices.some((one) => one.chooser === chooser && one.label !== "good")).length;
  const line = (name: string, of: readonly Row[]) =>
    `| ${name} | ${of.length} | ${choosers.map((chooser) => poor(chooser, of)).join(" | ")} |`;
  return [
    `| Films | Number | ${choosers.map((chooser) => `\`${chooser}\``).join(" | ")} |`,
    `| --- | ---: | ${choosers.map(() => "---:").join(" | ")} |`,
    ...kinds.map((kind) =>
      line(
        kind,
        rows.filter((row) => row.kind === kind),
      ),
    ),
    line("all", rows),
    "",
  ].join("\n");
}
