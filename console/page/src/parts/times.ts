const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** Such as `5 minutes ago`. */
export function ago(iso: string, nowMs = Date.now()): string {
  const seconds = (Date.parse(iso) - nowMs) / 1000;
  const [unit, length] = units.find(([, least]) => Math.abs(seconds) >= least) ?? ["second", 1];
  return relative.format(Math.round(seconds / length), unit);
}

/** Such as `1:05` and `1:02:03`, and with milliseconds `0:01.500`. */
export function clock(seconds: number, { ms = false } = {}): string {
  const whole = ms ? Math.round(seconds * 1000) / 1000 : Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = ms
    ? (whole % 60).toFixed(3).padStart(6, "0")
    : String(Math.floor(whole % 60)).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** A span of time for a person: `0.8 s`, `45 s`, `3 min`, `2 h`. */
export function span(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

const decimal = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** Bytes for a person, such as `4.7 GB`. */
export function size(bytes: number): string {
  const steps = ["B", "KB", "MB", "GB", "TB"];
  const step = Math.min(steps.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${decimal.format(bytes / 1000 ** step)} ${steps[step] ?? ""}`;
}
