import { EcsError } from "../../services/ecs/ecsErrors";
import type { Operations } from "../../services/ecs/ecsServer";
import type { Faults } from "../faults";
import type { Injector } from "../injector";

type RunTask = (input: { count?: number }) => Promise<object>;

/** RunTask with something tried before it. */
function beforeRunTask(
  operations: Operations,
  check: (count: number) => Promise<object | undefined>,
): Operations {
  const runTask = operations["RunTask"] as unknown as RunTask;
  return {
    ...operations,
    RunTask: async (input: { count?: number }) => (await check(input.count ?? 1)) ?? runTask(input),
  };
}

/**
 * Fargate's launch rate: a bucket of `burst` tasks that is filled again by `perSecond`.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/throttling.html
 */
export function launchRate(injector: Injector, burst = 100, perSecond = 20): Faults {
  const { clock } = injector;
  let tokens = burst;
  let filledAtMs = clock.now();
  return {
    ecs: (operations) =>
      beforeRunTask(operations, async (tasks) => {
        const nowMs = clock.now();
        tokens = Math.min(burst, tokens + ((nowMs - filledAtMs) / 1000) * perSecond);
        filledAtMs = nowMs;
        if (tokens < tasks) {
          injector.count("RunTask over the launch rate");
          throw new EcsError("ThrottlingException", "Rate exceeded");
        }
        tokens -= tasks;
        return Promise.resolve(undefined);
      }),
  };
}

/** The account's quota of Fargate tasks that run at once, in tasks of the one size that there is. */
export function taskQuota(injector: Injector, mostTasks: number): Faults {
  let running = 0;
  return {
    container: (start) => (run) => {
      running += 1;
      const container = start(run);
      void container.exited.then(() => (running -= 1));
      return container;
    },
    ecs: (operations) =>
      beforeRunTask(operations, async (tasks) => {
        if (running + tasks > mostTasks) {
          injector.count("RunTask over the quota");
          throw new EcsError(
            "ClientException",
            "You've reached the limit on the number of vCPUs you can run concurrently",
          );
        }
        return Promise.resolve(undefined);
      }),
  };
}

/** Fargate has no room: RunTask says so in `failures`, with HTTP 200. `lacks` may change over time. */
export function noCapacity(injector: Injector, lacks: () => number): Faults {
  return {
    ecs: (operations) =>
      beforeRunTask(operations, async () => {
        if (!injector.strikes("RunTask without capacity", lacks())) return Promise.resolve(undefined);
        const reason =
          "Capacity is unavailable at this time. Please try again later or in a different availability zone";
        return { tasks: [], failures: [{ reason }] };
      }),
  };
}

/** Any call of ECS's is throttled with this probability. */
export function ecsThrottling(injector: Injector, probability: number): Faults {
  return {
    ecs: (operations) =>
      Object.fromEntries(
        Object.entries(operations).map(([name, call]) => [
          name,
          async (input: never) => {
            if (injector.strikes(`${name} throttled`, probability)) {
              throw new EcsError("ThrottlingException", "Rate exceeded");
            }
            return call(input);
          },
        ]),
      ),
  };
}
