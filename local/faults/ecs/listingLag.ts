import type { Faults } from "../faults";
import type { Injector } from "../injector";

/**
 * ListTasks learns of a task up to `seconds` after RunTask has answered with it.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html ("eventual consistency model")
 */
export function listingLag(injector: Injector, seconds = 5): Faults {
  const listedFromMs = new Map<string, number>();
  const random = injector.random("listing lag");
  return {
    ecs: (operations) => ({
      ...operations,
      RunTask: async (input: never) => {
        const answer = (await operations["RunTask"]?.(input)) as { tasks: { taskArn: string }[] };
        for (const { taskArn } of answer.tasks) {
          if (listedFromMs.has(taskArn)) continue;
          listedFromMs.set(taskArn, injector.clock.now() + random.between(0, seconds * 1000));
        }
        return answer;
      },
      ListTasks: async (input: never) => {
        const answer = (await operations["ListTasks"]?.(input)) as { taskArns: string[]; nextToken?: string };
        const nowMs = injector.clock.now();
        const taskArns = answer.taskArns.filter((arn) => nowMs >= (listedFromMs.get(arn) ?? 0));
        if (taskArns.length < answer.taskArns.length) injector.count("ListTasks lags");
        return { ...answer, taskArns };
      },
    }),
  };
}
