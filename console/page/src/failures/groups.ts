import type { FailedVideo } from "../../../messages";

/** Failed videos of one explanation. */
export interface Group {
  /** Of the reasons, how they begin. */
  readonly title: string;
  /** Null of reasons that this version does not explain. */
  readonly means: string | null;
  readonly whatToDo: string | null;
  readonly jobs: readonly FailedVideo[];
}

const maxTitle = 80;

/** Failed videos by what their reasons mean, the largest group first. */
export function groupsOf(jobs: readonly FailedVideo[]): Group[] {
  const byMeaning = new Map<string | null, FailedVideo[]>();
  for (const job of jobs) {
    const others = byMeaning.get(job.means);
    if (others === undefined) byMeaning.set(job.means, [job]);
    else others.push(job);
  }
  return [...byMeaning]
    .map(([means, of]) => ({
      means,
      title: means === null ? "Other reasons" : titleOf(of[0]?.reason ?? ""),
      whatToDo: of[0]?.whatToDo ?? null,
      jobs: of,
    }))
    .sort((a, b) => b.jobs.length - a.jobs.length);
}

/** A reason's own words up to where its details begin. */
function titleOf(reason: string): string {
  const [beginning = ""] = reason.split(/[:;(]/, 1);
  const text = beginning.trim().slice(0, maxTitle);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
