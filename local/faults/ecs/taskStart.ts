import { startLater } from "../../containers/lateContainer";
import type { Faults } from "../faults";
import type { Injector } from "../injector";

/** Fargate takes its time for a task: a network interface, the image's pull, the container's start. */
export function slowStart(injector: Injector, fromSeconds = 20, toSeconds = 40): Faults {
  const random = injector.random("slow start");
  return {
    container: (start) => (run) => {
      const seconds = random.between(fromSeconds, toSeconds);
      return startLater(
        (ready) => {
          injector.clock.after(seconds * 1000, ready);
        },
        () => start(run),
      );
    },
  };
}

/** Workers that run an image which cannot be pulled: each stops some seconds after its start. */
export function brokenImage(injector: Injector, isBroken: () => boolean, afterSeconds = 30): Faults {
  return {
    container: (start) => (run) => {
      if (!isBroken()) return start(run);
      injector.count("image cannot start");
      let end: (exit: { exitCode: number; reason?: string }) => void = () => undefined;
      const exited = new Promise<{ exitCode: number; reason?: string }>((resolve) => (end = resolve));
      injector.clock.after(afterSeconds * 1000, () => {
        end({
          exitCode: 1,
          reason: "CannotPullContainerError: pull image manifest has been retried 5 time(s)",
        });
      });
      const stop = () => {
        end({ exitCode: 143 });
      };
      return {
        started: new Promise(() => undefined),
        exited,
        signal: stop,
        kill: async () => {
          stop();
          await exited;
        },
      };
    },
  };
}

/**
 * Workers see seconds that pass as fast as the clock: what they wait for without a job, in trouble, and after SIGTERM is
 * shortened, and with it how late they send a job again. The services of this machine answer in its own time, and soon.
 */
export function shortWaits(factor: number, answerSeconds = 3): Faults {
  const shorter = (seconds: string) => String(Number(seconds) / factor);
  return {
    container: (start) => (run) => {
      const { WORKER_IDLE_SECONDS, STOP_TIMEOUT_SECONDS = "30", BACK_OFF_SECONDS = "5" } = run.environment;
      const environment = {
        ...run.environment,
        ...(WORKER_IDLE_SECONDS !== undefined && { WORKER_IDLE_SECONDS: shorter(WORKER_IDLE_SECONDS) }),
        STOP_TIMEOUT_SECONDS: shorter(STOP_TIMEOUT_SECONDS),
        BACK_OFF_SECONDS: shorter(BACK_OFF_SECONDS),
        ANSWER_TIMEOUT_SECONDS: String(answerSeconds),
      };
      return start({ ...run, environment });
    },
  };
}
