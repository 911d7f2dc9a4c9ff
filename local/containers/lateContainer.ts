import type { RunningContainer } from "../services/ecs/ecsTask";

type Exit = Awaited<RunningContainer["exited"]>;

/**
 * A container that starts when `whenReady` calls back, unless it is given a reason why it cannot. One that is told to
 * end before never starts.
 */
export function startLater(
  whenReady: (ready: (refusal?: string) => void) => void,
  start: () => RunningContainer,
): RunningContainer {
  let container: RunningContainer | undefined;
  let isEnded = false;
  let end: (exit: Exit) => void = () => undefined;
  let startNow: () => void = () => undefined;
  const exited = new Promise<Exit>((resolve) => (end = resolve));
  const started = new Promise<void>((resolve) => (startNow = resolve));
  whenReady((reason) => {
    if (isEnded) return;
    if (reason !== undefined) {
      end({ exitCode: 1, reason });
      return;
    }
    container = start();
    void container.exited.then(end);
    startNow();
  });
  const endUnstarted = () => {
    isEnded = true;
    end({ exitCode: 143 });
  };
  return {
    started,
    exited,
    signal: (signal) => {
      if (container === undefined) endUnstarted();
      else container.signal(signal);
    },
    kill: async () => {
      if (container === undefined) endUnstarted();
      else await container.kill();
    },
  };
}
