import type { Deliver } from "../faults";
import type { Injector } from "../injector";

/** How often an event is not what one hopes for; each from 0 to 1. */
export interface EventTroubles {
  lost?: number;
  twice?: number;
  late?: number;
  /** A late event, and the second of two, comes up to so much later, so that events change places. */
  lateSeconds?: number;
}

/** Delivery of events as S3 and EventBridge promise it: at least once, at some time, in any order; or, worse, never. */
export function unreliableEvents(
  injector: Injector,
  source: string,
  { lost = 0, twice = 0, late = 0, lateSeconds = 60 }: EventTroubles,
): (deliver: Deliver) => Deliver {
  const random = injector.random(`${source} event's delay`);
  return (deliver) => (functionArn, event) => {
    const deliverLate = () =>
      injector.clock.after(random.between(0, lateSeconds * 1000), () => {
        deliver(functionArn, event);
      });
    if (injector.strikes(`${source} event lost`, lost)) return;
    if (injector.strikes(`${source} event twice`, twice)) deliverLate();
    if (injector.strikes(`${source} event late`, late)) deliverLate();
    else deliver(functionArn, event);
  };
}
