/** Aborted with this reason by Ctrl-C, by whoever ends the process, and when its terminal is closed. */
export function interruptSignal(reason: Error): AbortSignal {
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      interrupt.abort(reason);
    });
  }
  return interrupt.signal;
}
