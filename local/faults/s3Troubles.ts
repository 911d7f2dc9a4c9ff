import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { Readable } from "node:stream";
import { accessKeyOf } from "../services/door";
import type { S3Front, S3Request } from "../services/s3/s3";
import type { Callers } from "./callers";
import type { Faults } from "./faults";
import type { Injector } from "./injector";

/** How often S3 answers a worker badly; each from 0 to 1. */
export interface S3Troubles {
  /** With 500 InternalError. */
  internalError?: number;
  /** With 503 SlowDown. */
  slowDown?: number;
  /** Late. */
  slow?: number;
  slowMs?: number;
  /** With a connection that is cut in the middle of the body. */
  cut?: number;
}

/** S3 as it is on a bad day, for the workers alone. */
export function s3Troubles(injector: Injector, callers: Callers, troubles: S3Troubles): Faults {
  const { internalError = 0, slowDown = 0, slow = 0, slowMs = 300, cut = 0 } = troubles;
  const s3: S3Front = async (request, next) => {
    const { method } = request;
    if (!callers.isFromTask(accessKeyOf(request.headers["authorization"]))) {
      await next();
      return;
    }
    if (injector.strikes(`S3 answers a ${method} with 500`, internalError)) {
      refuse(request, 500);
      return;
    }
    if (injector.strikes(`S3 answers a ${method} with 503`, slowDown)) {
      refuse(request, 503);
      return;
    }
    if (injector.strikes(`S3 is slow with a ${method}`, slow)) await sleep(slowMs);
    await next();
    if (!injector.strikes(`S3 cuts a ${method}`, cut)) return;
    if (request.body instanceof Readable) request.body = Readable.from(cutInTheMiddle(request.body));
    else hangUp(request);
  };
  return { s3 };
}

/** Answers in S3's place. */
export function refuse(request: S3Request, status: 500 | 503): void {
  const code = status === 500 ? "InternalError" : "SlowDown";
  request.status = status;
  request.type = "application/xml";
  request.body = `<Error><Code>${code}</Code><Message>A fault of the local cloud</Message></Error>`;
}

/** Ends the connection without an answer. */
export function hangUp(request: S3Request): void {
  request.res.destroy();
}

async function* cutInTheMiddle(body: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    const bytes = chunk as Buffer;
    yield bytes.subarray(0, Math.floor(bytes.length / 2));
    // What was given is on its way then.
    await nextTurn();
    throw new Error("The connection is cut.");
  }
}
