import type { Faults } from "../faults";
import type { Injector } from "../injector";

/**
 * Fargate Spot takes capacity back: of the tasks that have started, this share gets SIGTERM some seconds later, and
 * SIGKILL when its stopTimeout (two minutes, as registered) has passed.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
 */
export function spotReclaim(injector: Injector, probability: number, withinSeconds: number): Faults {
  const random = injector.random("time of a Spot reclaim");
  return {
    task(task, ecs) {
      if (task.lastStatus !== "RUNNING" || !injector.strikes("Spot reclaim", probability)) return;
      injector.clock.after(random.between(0, withinSeconds * 1000), () => {
        ecs.requestStop(task, "SpotInterruption", "Your Spot Task was interrupted.");
      });
    },
  };
}
