/** A duration as a person says it: `1.5 s`, `40 s`, `12 min`, `3 h`, `4 days`. */
export function seconds(duration: number): string {
  if (duration < 10) return `${Math.round(duration * 10) / 10} s`;
  if (duration < 120) return `${Math.round(duration)} s`;
  if (duration < 2 * 3600) return `${Math.round(duration / 60)} min`;
  if (duration < 48 * 3600) return `${Math.round(duration / 3600)} h`;
  return `${Math.round(duration / 86400)} days`;
}

/** How long ago something was. */
export function ago(when: Date): string {
  return `${seconds(Math.max(0, Math.round((Date.now() - when.getTime()) / 1000)))} ago`;
}
