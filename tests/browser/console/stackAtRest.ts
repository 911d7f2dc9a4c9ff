import { startedByFleet } from "../../../contract/fleet";
import { Operator } from "../../ops/operator";

/** An operator with a stack in which nothing goes on. */
export async function operatorAtRest(): Promise<Operator> {
  const operator = await Operator.start();
  workersAre(operator);
  return operator;
}

/** ECS has workers in these states. */
export function workersAre(operator: Operator, ...lastStatuses: string[]): void {
  tasksAre(
    operator,
    ...lastStatuses.map((lastStatus) => ({
      lastStatus,
      desiredStatus: "RUNNING",
      startedBy: startedByFleet,
    })),
  );
}

/** ECS has these tasks; those that have stopped are listed when they are asked for. */
export function tasksAre(operator: Operator, ...tasks: { desiredStatus: string }[]): void {
  const arns = (desired: string) =>
    tasks.flatMap(({ desiredStatus }, index) => (desiredStatus === desired ? [`arn/${index}`] : []));
  operator.ecs.operations = {
    ListTasks: ({ desiredStatus = "RUNNING" }: { desiredStatus?: string }) => ({
      taskArns: arns(desiredStatus),
    }),
    DescribeTasks: ({ tasks: asked }: { tasks: string[] }) => ({
      tasks: asked.map((arn) => tasks[Number(arn.split("/")[1])]),
    }),
  };
}
