import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Chart as ChartTold } from "../../../messages";
import { number } from "../parts/counted";
import { span } from "../parts/times";

const heightPixels = 48;
const timeOfDay = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });
const dark = matchMedia("(prefers-color-scheme: dark)");

/** A figure over the time that is known of it; what it is now and was at most stands beside it as text. */
export function Chart({ chart }: { chart: ChartTold }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>();
  const [pointed, point] = useState<number | null>(null);
  useEffect(() => {
    if (place.current === null) return;
    const drawn = draw(place.current, point);
    plot.current = drawn;
    const resized = new ResizeObserver(([entry]) => {
      if (entry) drawn.setSize({ width: entry.contentRect.width, height: heightPixels });
    });
    resized.observe(place.current);
    const redraw = () => {
      drawn.redraw();
    };
    dark.addEventListener("change", redraw);
    return () => {
      dark.removeEventListener("change", redraw);
      resized.disconnect();
      drawn.destroy();
    };
  }, []);
  useEffect(() => {
    plot.current?.setData(dataOf(chart));
  }, [chart]);
  const known = chart.points.flatMap(([, value]) => (value === null ? [] : [value]));
  const show = (value: number | null | undefined) => valueText(chart.unit, value);
  const at = pointed === null ? undefined : chart.points[pointed];
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-name">{chart.name}</span>
        <span class="chart-value">
          <strong>{show(at === undefined ? known.at(-1) : at[1])}</strong>
          <small>{at === undefined ? mostOf(known, show) : `at ${timeOfDay.format(at[0] * 1000)}`}</small>
        </span>
      </figcaption>
      <div ref={place} class="chart-lines" aria-hidden="true" />
    </figure>
  );
}

function draw(place: HTMLElement, point: (index: number | null) => void): uPlot {
  // A canvas knows no variables of CSS: the element has them as its colour.
  const color = () => getComputedStyle(place).color;
  return new uPlot(
    {
      width: place.clientWidth,
      height: heightPixels,
      padding: [3, 1, 3, 1],
      legend: { show: false },
      cursor: { y: false, drag: { setScale: false }, points: { size: 6 } },
      scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(1, max)] } },
      axes: [{ show: false }, { show: false }],
      series: [
        {},
        {
          width: 1.5,
          stroke: color,
          fill: () => color().replace("rgb(", "rgba(").replace(")", ", 0.14)"),
          points: { show: false },
        },
      ],
      hooks: {
        setCursor: [
          ({ cursor: { idx, left = -1 } }) => {
            point(left < 0 ? null : (idx ?? null));
          },
        ],
      },
    },
    [[], []],
    place,
  );
}

function dataOf({ points }: ChartTold): uPlot.AlignedData {
  return [points.map(([at]) => at), points.map(([, value]) => value)];
}

function mostOf(values: readonly number[], show: (value: number) => string): string {
  return values.length === 0 ? "not known" : `most ${show(Math.max(...values))}`;
}

function valueText(unit: ChartTold["unit"], value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return unit === "seconds" ? span(value) : number(Math.round(value * 10) / 10);
}
