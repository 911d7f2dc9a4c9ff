import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { countsOf, summaryOf } from "./counts";
import { uploads } from "./sending/uploads";

const everyMs = 5000;

/** Tells a screen reader how far the uploads are: what has changed, at most every few seconds. */
export function Announcement() {
  const told = useSignal("");
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useSignalEffect(() => {
    const counts = countsOf(uploads.value);
    if (counts.total === 0 && told.peek() === "") return;
    timer.current ??= setTimeout(() => {
      timer.current = null;
      const now = countsOf(uploads.peek());
      told.value = now.total === 0 ? "No uploads." : `Uploads: ${summaryOf(now)}.`;
    }, everyMs);
  });
  useEffect(() => () => clearTimeout(timer.current ?? undefined), []);
  return (
    <p class="visually-hidden" role="status">
      {told.value}
    </p>
  );
}
