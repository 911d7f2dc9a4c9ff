import { ecsThrottling, launchRate, noCapacity, taskQuota } from "../../local/faults/ecs/launchLimits";
import { listingLag } from "../../local/faults/ecs/listingLag";
import { s3Troubles } from "../../local/faults/s3Troubles";
import { spotReclaim } from "../../local/faults/ecs/spotReclaim";
import { sqsTroubles } from "../../local/faults/sqsTroubles";
import { slowStart } from "../../local/faults/ecs/taskStart";
import { unreliableEvents } from "../../local/faults/lambda/unreliableEvents";
import { unreliableInvocations } from "../../local/faults/lambda/unreliableInvocations";
import type { Faults } from "../../local/faults/faults";
import type { StageOptions, StageParts } from "./stage";

/** All that can go wrong, at once. */
export function everyFault({ injector, callers }: StageParts): Faults[] {
  return [
    ecsThrottling(injector, 0.05),
    noCapacity(injector, () => 0.2),
    launchRate(injector),
    taskQuota(injector, 3),
    listingLag(injector),
    slowStart(injector),
    spotReclaim(injector, 0.2, 120),
    unreliableInvocations(injector, { failsBefore: 0.1, failsAfter: 0.1, twice: 0.1 }),
    sqsTroubles(injector, callers, {
      twiceAtOnce: 0.1,
      againAfterDelete: 0.05,
      deleteLost: 0.05,
      fails: 0.02,
    }),
    s3Troubles(injector, callers, { internalError: 0.05, slowDown: 0.05, slow: 0.1, cut: 0.05 }),
    {
      s3Event: unreliableEvents(injector, "S3", { twice: 0.2, late: 0.2 }),
      busEvent: (deliver) => {
        // What the next supervision makes up for may get lost; S3's events come at least once.
        const supervision = unreliableEvents(injector, "EventBridge", { lost: 0.3, twice: 0.1, late: 0.2 });
        const ofS3 = unreliableEvents(injector, "S3's, by EventBridge,", { twice: 0.2, late: 0.2 });
        const [deliverSupervision, deliverS3] = [supervision(deliver), ofS3(deliver)];
        return (functionArn, event) => {
          (isOfS3(event) ? deliverS3 : deliverSupervision)(functionArn, event);
        };
      },
    },
  ];
}

/** Kills a worker at each step of its job with this probability. */
export function killing(probability: number): StageOptions["strike"] {
  return async ({ taskId }, { injector, callers }) => {
    if (injector.strikes("kill -9 of a worker", probability)) await callers.kill(taskId);
    return undefined;
  };
}

/** Whether an event of EventBridge's tells of an object of S3's. */
export function isOfS3(event: unknown): boolean {
  return (event as { source?: string }).source === "aws.s3";
}
