/**
 * Does `work` with a signal that is aborted when `signal` is, or when `seconds` have passed: then it throws an Error
 * that says so, whatever `work` made of it.
 */
export async function within<T>(
  seconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const tooLong = new Error(`the job took longer than ${seconds} s in all`);
  const timer = setTimeout(() => {
    limit.abort(tooLong);
  }, seconds * 1000);
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } catch (error) {
    throw limit.signal.aborted && !signal.aborted ? tooLong : error;
  } finally {
    clearTimeout(timer);
  }
}
