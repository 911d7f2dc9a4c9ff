import type { Row } from "./table";

const [width, height] = [860, 420];
const plot = { left: 70, top: 50, right: 560, bottom: 370 };
const colors = ["#0b6e4f", "#c8553d", "#5c6f91", "#a37c27"];

/** Wall time against position, both on their natural scale but for time, which is logarithmic: an SVG picture. */
export function chart(title: string, rows: readonly Row[]): string {
  const names = [...new Set(rows.map((row) => row.method))];
  const maxPosition = Math.max(...rows.map((row) => row.atSeconds));
  const seconds = rows.map((row) => row.cost.wallSeconds);
  const decades = {
    first: Math.floor(Math.log10(Math.min(...seconds))),
    last: Math.ceil(Math.log10(Math.max(...seconds))),
  };
  const x = (position: number) => plot.left + (position / maxPosition) * (plot.right - plot.left);
  const y = (time: number) =>
    plot.bottom -
    ((Math.log10(time) - decades.first) / (decades.last - decades.first)) * (plot.bottom - plot.top);

  const grid: string[] = [];
  for (let decade = decades.first; decade <= decades.last; decade++) {
    const at = y(10 ** decade);
    grid.push(line(plot.left, at, plot.right, at, "#ddd"));
    grid.push(text(plot.left - 8, at + 4, `${10 ** decade} s`, "end"));
  }
  for (const position of new Set(rows.map((row) => row.atSeconds))) {
    grid.push(text(x(position), plot.bottom + 20, `${position}`, "middle"));
  }
  grid.push(text((plot.left + plot.right) / 2, plot.bottom + 40, "the frame's position, s", "middle"));

  const curves = names.map((name, i) => {
    const points = rows.filter((row) => row.method === name);
    const at = points.map((row) => `${x(row.atSeconds).toFixed(1)},${y(row.cost.wallSeconds).toFixed(1)}`);
    const color = colors[i % colors.length] ?? "#000";
    const dots = at.map((point) => {
      const [cx = "", cy = ""] = point.split(",");
      return `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${color}"/>`;
    });
    const key = plot.top + 22 * i;
    return [
      `<polyline points="${at.join(" ")}" fill="none" stroke="${color}" stroke-width="2"/>`,
      ...dots,
      `<rect x="${plot.right + 20}" y="${key}" width="14" height="4" fill="${color}"/>`,
      text(plot.right + 42, key + 7, name, "start"),
    ].join("\n");
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${plot.left}" y="26" font-size="16">${title}</text>`,
    ...grid,
    ...curves,
    "</svg>\n",
  ].join("\n");
}

function line(x1: number, y1: number, x2: number, y2: number, color: string): string {
  return `<line x1="${x1}" y1="${y1.toFixed(1)}" x2="${x2}" y2="${y2.toFixed(1)}" stroke="${color}"/>`;
}

function text(x: number, y: number, words: string, anchor: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${words}</text>`;
}
