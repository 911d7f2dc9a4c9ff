import { computed, signal } from "@preact/signals";
import type { FailedVideo } from "../../../messages";
import { failures } from "../server/stream";

const chosen = signal<ReadonlySet<string>>(new Set());

/** The failed jobs; none while nothing is known. */
export const failedJobs = computed<readonly FailedVideo[]>(() => {
  const told = failures.value;
  return told !== undefined && "value" in told ? told.value.jobs : [];
});

/** The chosen videos that have failed and not been sent again since. */
export const selected = computed<ReadonlySet<string>>(() => {
  const there = new Set(keysOf(failedJobs.value));
  return new Set([...chosen.value].filter((key) => there.has(key)));
});

/** How many jobs are chosen: a video may have failed twice. */
export const selectedCount = computed(
  () => failedJobs.value.filter(({ key }) => key !== null && selected.value.has(key)).length,
);

/** Chooses videos, or lets them go. */
export function select(keys: readonly string[], isChosen: boolean): void {
  const next = new Set(selected.value);
  for (const key of keys)
    if (isChosen) next.add(key);
    else next.delete(key);
  chosen.value = next;
}

/** The videos that jobs are of: a message that is no job has none, and can only be sent with all. */
export function keysOf(jobs: readonly FailedVideo[]): string[] {
  return jobs.flatMap(({ key }) => (key === null ? [] : [key]));
}
