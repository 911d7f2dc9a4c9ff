import { signal } from "@preact/signals";
import { ago } from "./times";

/** All relative times are drawn anew with it. */
const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 10_000);

/** How long ago something was; the time itself on pointing at it. */
export function TimeAgo({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} title={new Date(iso).toLocaleString()}>
      {ago(iso, Math.max(now.value, Date.parse(iso)))}
    </time>
  );
}
