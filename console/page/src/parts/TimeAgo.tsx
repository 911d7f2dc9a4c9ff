import { fullTime, now, timeAgo } from "./times";

/** How long ago something was, and in its title when. */
export function TimeAgo({ when }: { when: string }) {
  return (
    <time dateTime={when} title={fullTime(when)}>
      {timeAgo(when, now.value)}
    </time>
  );
}
