import { setTimeout as sleep } from "node:timers/promises";
import { accessKeyOf } from "../services/door";
import type { Callers } from "./callers";
import type { Faults } from "./faults";
import type { Injector } from "./injector";
import { refuse } from "./s3Troubles";

/** S3 answers no worker while `isOut`. */
export function s3Outage(injector: Injector, callers: Callers, isOut: () => boolean): Faults {
  return {
    s3: async (request, next) => {
      const accessKeyId = accessKeyOf(request.headers["authorization"]);
      if (!isOut() || !callers.isFromTask(accessKeyId)) return next();
      injector.count(`S3 is out for a ${request.method}`);
      refuse(request, 503);
    },
  };
}

const pollMs = 50;

/**
 * While `isSilent`, SQS says nothing to a worker that calls: half of the calls never reach it, and of the others it does
 * what it is asked to, and the answer gets lost. Stands outside of what runs the visibility timeouts.
 */
export function silentSqs(injector: Injector, callers: Callers, isSilent: () => boolean): Faults {
  const random = injector.random("calls that a silent SQS does");
  return {
    sqs: async (call, pass) => {
      if (!isSilent() || !callers.isFromTask(call.accessKeyId)) return pass(call);
      injector.count(`SQS says nothing to ${call.action}`);
      if (random.next() < 0.5) await pass(call);
      while (isSilent() && callers.isTask(call.accessKeyId)) await sleep(pollMs);
      // The worker has hung up by now, or hears this of a call that it may make again.
      return { status: 500, body: { __type: "InternalFailure", message: "A fault of the local cloud." } };
    },
  };
}
