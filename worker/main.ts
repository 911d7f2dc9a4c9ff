import { readEnvironment } from "./environment";
import { messageOf, UnusableVideoError } from "./errors";
import { logToStdout as log } from "./log";
import { runOneShot } from "./oneShot/oneShot";
import { runQueueWorker } from "./jobs/queueWorker";
import { startWatchdog } from "./watchdog";

async function main(): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      log({ level: "info", event: "worker-stopping", reason: signal });
      stop.abort(new Error(`the worker got ${signal}`));
    });
  }
  startWatchdog();
  const environment = readEnvironment(process.env);
  log({ level: "info", event: "worker-started", mode: environment.mode });
  if (environment.mode === "queue") await runQueueWorker(environment, log, stop.signal);
  else await runOneShot(environment, log, stop.signal);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    // An unusable video was already told of as its job's failure.
    if (!(error instanceof UnusableVideoError))
      log({ level: "error", event: "worker-failed", error: messageOf(error) });
    process.exit(1);
  },
);
