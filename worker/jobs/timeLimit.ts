import { ExtraFailedError } from "../errors";

/** A job was given up because it took too long; `at` says which of its extras it was at. */
export class TimeLimitError extends Error {
  override readonly name = "TimeLimitError";

  constructor(
    readonly seconds: number,
    at?: string,
  ) {
    super(`${at === undefined ? "" : `${at}: `}the job took longer than ${seconds} s in all`);
  }
}

/**
 * Does `work` with a signal that is aborted when `signal` is, or when `seconds` have passed: then it throws a
 * TimeLimitError, whatever `work` made of it.
 */
export async function within<T>(
  seconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const tooLong = new TimeLimitError(seconds);
  // Not AbortSignal.any: of a signal that outlives thousands of jobs, Node 20 remembers each one made of it.
  const limited = new AbortController();
  const stop = () => {
    limited.abort(signal.reason);
  };
  const timer = setTimeout(() => {
    limited.abort(tooLong);
  }, seconds * 1000);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await work(limited.signal);
  } catch (error) {
    if (limited.signal.reason !== tooLong) throw error;
    throw error instanceof ExtraFailedError ? new TimeLimitError(seconds, error.extra) : tooLong;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
