import { signal } from "@preact/signals";
import type { Problem, RedriveRequest, RedriveResult } from "../../../messages";
import { announce } from "../parts/Announcer";
import { confirm } from "../parts/ConfirmDialog";
import { counted } from "../parts/counted";
import { post, problemOf } from "../server/api";
import { stack } from "../server/stream";

/** What the last sending came to; undefined before there was one, and once it was put away. */
export const outcome = signal<{ result: RedriveResult } | { problem: Problem } | undefined>(undefined);
/** While something is sent. */
export const isSending = signal(false);

/** Sends failures again, if a person says so who was told how many they are, and from where to where they go. */
export async function redrive(selection: RedriveRequest["selection"], count: number): Promise<void> {
  const told = stack.value;
  if (told === undefined || isSending.value) return;
  const { title, region, jobQueueName, failedJobsQueueName, failedEventsQueueName } = told;
  const isOfEvents = selection === "events";
  const from = isOfEvents ? failedEventsQueueName : failedJobsQueueName;
  const isWanted = await confirm({
    title: isOfEvents
      ? `Make the jobs of ${counted(count, "failed event")}?`
      : `Send ${counted(count, "failed job")} again?`,
    text: [
      `Of ${title} in ${region}: from the queue \`${from}\` to \`${jobQueueName}\`, where a worker takes ${count === 1 ? "it" : "them"}.`,
      "What was done already is found and left, so that sending again harms nothing; what has not been mended fails again.",
    ],
    action: isOfEvents ? "Make the jobs" : "Send again",
  });
  if (!isWanted) return;
  isSending.value = true;
  outcome.value = undefined;
  try {
    const result = await post<RedriveResult>("/api/redrive", { selection });
    outcome.value = { result };
    announce(`${counted(result.sent, "job")} sent to the workers.`);
  } catch (error) {
    outcome.value = { problem: problemOf(error) };
  } finally {
    isSending.value = false;
  }
}
