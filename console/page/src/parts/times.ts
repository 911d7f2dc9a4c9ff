import { signal } from "@preact/signals";

/** Milliseconds since the epoch, as of some seconds ago at most. */
export const now = signal(Date.now());

const tickMs = 5000;
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, tickMs);
document.addEventListener("visibilitychange", () => (now.value = Date.now()));

// The page is in English; how its reader's English writes dates is up to the browser.
const language = navigator.language.startsWith("en") ? navigator.language : "en-GB";
const absolute = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat(language, { timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

const units = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** Date and time of day, to the second. */
export function fullTime(when: number | string): string {
  return absolute.format(new Date(when));
}

/** The time of day, to the minute. */
export function timeOfDay(when: number | string): string {
  return clock.format(new Date(when));
}

/** How long before `nowMs` it was: `just now`, `40 seconds ago`, `2 hours ago`, `yesterday`. */
export function timeAgo(when: string, nowMs: number): string {
  const agoSeconds = Math.max(0, Math.round((nowMs - Date.parse(when)) / 1000));
  for (const [unit, seconds] of units)
    if (agoSeconds >= seconds) return relative.format(-Math.floor(agoSeconds / seconds), unit);
  return agoSeconds < 10 ? "just now" : relative.format(-Math.floor(agoSeconds / 10) * 10, "second");
}

/** A duration as a person says it: `1.5 s`, `40 s`, `12 min`, `3 h`, `4 days`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
