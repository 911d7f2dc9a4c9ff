/** A reading that is made again and again. */
export interface Loop {
  /** Makes it at once, or right after the one that is being made. */
  now(): void;
  /** Resolves when none is being made. */
  settled(): Promise<void>;
}

/**
 * Calls `read`, which never rejects, and waits after it for as many seconds as it gives: one at a time, until the signal is
 * aborted. Undefined from it: until `now` is called.
 */
export function loop(read: () => Promise<number | undefined>, stopping: AbortSignal): Loop {
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> | undefined;
  let isAskedFor = false;
  const readOnce = async () => {
    do {
      isAskedFor = false;
      const waitSeconds = await read();
      clearTimeout(timer);
      if (waitSeconds !== undefined) timer = setTimeout(now, waitSeconds * 1000);
    } while (takeAskedFor());
    current = undefined;
    if (stopping.aborted) clearTimeout(timer);
  };
  const takeAskedFor = () => isAskedFor && !stopping.aborted;
  const now = () => {
    clearTimeout(timer);
    isAskedFor = true;
    if (!stopping.aborted) current ??= readOnce();
  };
  stopping.addEventListener(
    "abort",
    () => {
      clearTimeout(timer);
    },
    { once: true },
  );
  return { now, settled: async () => current };
}
