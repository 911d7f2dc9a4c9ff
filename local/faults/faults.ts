import type { Ecs } from "../services/ecs/ecs";
import type { Operations } from "../services/ecs/ecsServer";
import type { EcsTask, StartContainer } from "../services/ecs/ecsTask";
import type { Invoke } from "../services/lambda/asyncInvocation";
import type { PassToSqs, SqsFront } from "../services/messaging";
import type { S3Front } from "../services/s3/s3";

/** Gives an event to a Lambda's queue. */
export type Deliver = (functionArn: string, event: unknown) => void;

/** Where a fault comes in between two parts of the local cloud; a kind of fault fills in what it needs. */
export interface Faults {
  /** Around ECS's calls. */
  ecs?: (operations: Operations) => Operations;
  /** Around the start of a task's container. */
  container?: (start: StartContainer) => StartContainer;
  /** Called when a task has started and when it has stopped. */
  task?: (task: EcsTask, ecs: Ecs) => void;
  /** In front of S3. */
  s3?: S3Front;
  /** In front of SQS. */
  sqs?: SqsFront;
  /** Between S3 and the Lambdas. */
  s3Event?: (deliver: Deliver) => Deliver;
  /** Between EventBridge and the Lambdas. */
  busEvent?: (deliver: Deliver) => Deliver;
  /** Why Lambda takes no event of EventBridge's for a function now; undefined: it does. */
  refusal?: (functionArn: string) => string | undefined;
  /** Around one run of a Lambda. */
  invoke?: (invoke: Invoke) => Invoke;
}

/** All of the given faults at once; where two come in at the same place, the first is the outer one. */
export function allOf(...faults: Faults[]): Faults {
  const around = <T>(wraps: (((inner: T) => T) | undefined)[]) => ({
    wrap: (inner: T) => wraps.reduceRight<T>((wrapped, wrap) => wrap?.(wrapped) ?? wrapped, inner),
  });
  return {
    ecs: around(faults.map(({ ecs }) => ecs)).wrap,
    container: around(faults.map(({ container }) => container)).wrap,
    s3Event: around(faults.map(({ s3Event }) => s3Event)).wrap,
    busEvent: around(faults.map(({ busEvent }) => busEvent)).wrap,
    invoke: around(faults.map(({ invoke }) => invoke)).wrap,
    refusal: (functionArn) => {
      for (const { refusal } of faults) {
        const why = refusal?.(functionArn);
        if (why !== undefined) return why;
      }
      return undefined;
    },
    task(task, ecs) {
      for (const fault of faults) fault.task?.(task, ecs);
    },
    s3: (request, next) =>
      faults.reduceRight<() => Promise<void>>(
        (inner, { s3 }) => (s3 === undefined ? inner : () => s3(request, inner)),
        next,
      )(),
    sqs: (call, pass) =>
      faults.reduceRight<PassToSqs>(
        (inner, { sqs }) => (sqs === undefined ? inner : (passed) => sqs(passed, inner)),
        pass,
      )(call),
  };
}
