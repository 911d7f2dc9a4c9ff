import { accessKeyOf } from "../services/door";
import type { SqsAnswer, SqsCall, SqsFront } from "../services/messaging";
import type { S3Front } from "../services/s3/s3";
import type { Callers } from "./callers";
import type { Faults } from "./faults";
import { hangUp, refuse } from "./s3Troubles";

/** The steps of a job, as S3 and SQS see them. */
export const jobSteps = [
  "before receive",
  "after receive",
  "before read",
  "after read",
  "before put",
  "after put",
  "before delete",
  "after delete",
  "before failed-jobs",
  "after failed-jobs",
  "before give-back",
  "after give-back",
] as const;
export type JobStep = (typeof jobSteps)[number];

/** A worker at a step of a job; before it has received one, there is no key. */
export interface Moment {
  step: JobStep;
  taskId: string;
  /** The video's. */
  key: string | undefined;
}

/** What a worker is told in place of the service's own answer. */
export type BadAnswer = 500 | 503 | "cut";

/**
 * Calls `strike` at each step of each worker's job, while the worker waits for the answer. After a "before", a bad
 * answer means that nothing has happened; after an "after", that it has. A worker that `strike` has ended gets none.
 */
export function atEachStep(
  callers: Callers,
  strike: (moment: Moment) => Promise<BadAnswer | undefined>,
): Faults {
  const keyInHand = new Map<string, string>();
  const answerAt = async (step: JobStep, taskId: string) => {
    const answer = await strike({ step, taskId, key: keyInHand.get(taskId) });
    return callers.isTask(taskId) ? answer : "cut";
  };

  const s3: S3Front = async (request, next) => {
    const taskId = accessKeyOf(request.headers["authorization"]);
    if (!callers.isTask(taskId)) return next();
    const step = request.method === "PUT" ? "put" : "read";
    const before = await answerAt(`before ${step}`, taskId);
    if (before === undefined) await next();
    const answer = before ?? (await answerAt(`after ${step}`, taskId));
    if (answer === "cut") hangUp(request);
    else if (answer !== undefined) refuse(request, answer);
  };

  const sqs: SqsFront = async (call, pass) => {
    const { accessKeyId: taskId } = call;
    const step = stepOf(call);
    if (step === undefined || !callers.isTask(taskId)) return pass(call);
    if (step === "receive") keyInHand.delete(taskId);
    const before = await answerAt(`before ${step}`, taskId);
    if (before !== undefined) return failure(before);
    const answer = await pass(call);
    if (step === "receive") {
      const key = receivedKey(answer);
      if (key === undefined) return answer;
      keyInHand.set(taskId, key);
    }
    const after = await answerAt(`after ${step}`, taskId);
    return after === undefined ? answer : failure(after);
  };
  return { s3, sqs };
}

function stepOf({ action, input }: SqsCall): "receive" | "delete" | "failed-jobs" | "give-back" | undefined {
  if (action === "ReceiveMessage") return "receive";
  if (action === "DeleteMessage") return "delete";
  if (action !== "SendMessage") return undefined;
  // The program's name of the queue, between the component's and a random end.
  return /-failed-jobs-\w+$/.test(String(input["QueueUrl"])) ? "failed-jobs" : "give-back";
}

function receivedKey({ body }: SqsAnswer): string | undefined {
  const [message] = (body as { Messages?: { Body: string }[] }).Messages ?? [];
  return message === undefined ? undefined : (JSON.parse(message.Body) as { key: string }).key;
}

function failure(answer: BadAnswer): SqsAnswer {
  const status = answer === "cut" ? 500 : answer;
  return { status, body: { __type: "ServiceUnavailable", message: "A fault of the local cloud." } };
}
