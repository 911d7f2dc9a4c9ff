/** The local cloud's time. Everything in it that waits does so on a clock, so that a test can own the time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `action` once after `ms` milliseconds; the returned function cancels it. */
  after(ms: number, action: () => void): () => void;
}

/** The machine's own time. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms).unref();
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Calls `action` every `ms` milliseconds, for the first time after `ms`; the returned function ends it. */
export function every(clock: Clock, ms: number, action: () => void): () => void {
  let cancel: () => void;
  const arm = () => {
    cancel = clock.after(ms, () => {
      arm();
      action();
    });
  };
  arm();
  return () => {
    cancel();
  };
}
