import { DescribeTasksCommand, ListTasksCommand, RunTaskCommand, type Task } from "@aws-sdk/client-ecs";
import { GetQueueAttributesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { WorkerClients } from "../handlers/ensureWorkers";
import type { Operations } from "../local/services/ecs/ecsServer";
import type { JobQueue } from "./jobQueue";

/** The handlers' clients, with the local ECS and a queue in place of AWS. */
export function clientsOf(operations: Operations, queue: JobQueue): WorkerClients {
  const ecs = async (command: unknown) => {
    const name = operationNames.find(([type]) => command instanceof type)?.[1];
    const call = name === undefined ? undefined : operations[name];
    if (call === undefined) throw new Error("The simulation does not know this call of ECS's.");
    const answer = (await call((command as { input: never }).input)) as { tasks?: Task[] };
    return answer.tasks === undefined ? answer : { ...answer, tasks: answer.tasks.map(withDates) };
  };
  const sqs = async (command: unknown) => {
    if (command instanceof SendMessageCommand) queue.send();
    else if (!(command instanceof GetQueueAttributesCommand)) {
      throw new Error("The simulation does not know this call of SQS's.");
    }
    return Promise.resolve({ Attributes: { ApproximateNumberOfMessages: String(queue.length) } });
  };
  return { ecs: { send: ecs }, sqs: { send: sqs } } as unknown as WorkerClients;
}

const operationNames = [
  [RunTaskCommand, "RunTask"],
  [ListTasksCommand, "ListTasks"],
  [DescribeTasksCommand, "DescribeTasks"],
] as const;

/** On the wire times are seconds; the SDK's clients give dates. */
function withDates(task: Task): Task {
  const date = (seconds: unknown) => (seconds === undefined ? {} : new Date(Number(seconds) * 1000));
  const { createdAt, startedAt, stoppedAt } = task;
  return {
    ...task,
    createdAt: date(createdAt) as Date,
    ...(startedAt !== undefined && { startedAt: date(startedAt) as Date }),
    ...(stoppedAt !== undefined && { stoppedAt: date(stoppedAt) as Date }),
  };
}
