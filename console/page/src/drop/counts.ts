import { stageOf, type Stage, type Upload } from "./sending/upload";

export interface Counts {
  readonly total: number;
  readonly byStage: Readonly<Partial<Record<Stage, number>>>;
}

/** How many uploads are where. */
export function countsOf(uploads: readonly Upload[]): Counts {
  const byStage: Partial<Record<Stage, number>> = {};
  for (const upload of uploads) {
    const stage = stageOf(upload);
    byStage[stage] = (byStage[stage] ?? 0) + 1;
  }
  return { total: uploads.length, byStage };
}

/** Such as `2 of 5 uploaded, 1 done, 1 failed`. */
export function summaryOf({ total, byStage }: Counts): string {
  const { making = 0, done = 0, failed = 0, stopped = 0, cut = 0, paused = 0 } = byStage;
  const uploaded = making + done + failed;
  const others = [
    [done, "done"],
    [failed, "failed"],
    [stopped, "stopped"],
    [cut, "waiting for the connection"],
    [paused, "paused"],
  ] as const;
  return [
    `${uploaded} of ${total} uploaded`,
    ...others.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
  ].join(", ");
}
