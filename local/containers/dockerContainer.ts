import { execFile } from "node:child_process";
import type { ContainerRun, RunningContainer } from "../services/ecs/ecsTask";
import { awsEnvironment, type CloudAccess } from "../localEnvironment";
import { ProcessGroup } from "../processGroup";

/** What a worker's container runs in, here and on every run of it. */
export interface DockerContainerOptions {
  image: string;
  access: CloudAccess;
  onLine: (taskId: string, line: string) => void;
}

/** The name that a task's container has for Docker. */
export function dockerName(taskId: string): string {
  return `video-thumbnailer-${taskId}`;
}

/**
 * Runs a task's container with Docker as Fargate would: with the task definition's own settings, its size as limits,
 * and no swap. It shares this machine's network, because the local services are on loopback.
 */
export function startDockerContainer(options: DockerContainerOptions, run: ContainerRun): RunningContainer {
  const name = dockerName(run.taskId);
  const client = new ProcessGroup(
    "docker",
    ["run", "--name", name, ...dockerRunArguments(options, run)],
    { stdio: ["ignore", "pipe", "pipe"] },
    (line) => {
      options.onLine(run.taskId, line);
    },
  );
  const remove = () => docker("rm", "--force", name);
  return {
    exited: client.exited.then(async ({ code, error }) => {
      await remove();
      // 125: Docker could not start it. https://docs.docker.com/reference/cli/docker/container/run/#exit-status
      const failure = error?.message ?? (code === 125 ? "docker run failed" : undefined);
      return {
        exitCode: code ?? 137,
        ...(failure === undefined ? {} : { reason: `CannotStartContainerError: ${failure}` }),
      };
    }),
    signal: (signal) => {
      void docker("kill", "--signal", signal, name);
    },
    kill: async () => {
      await remove();
      await client.kill();
      // Its client may have been ended while Docker was about to create it.
      await remove();
    },
  };
}

/** What `docker run` is told: the settings of the task definition's container, its environment, and the image. */
export function dockerRunArguments(
  { image, access }: Omit<DockerContainerOptions, "onLine">,
  { definition, environment, command }: ContainerRun,
): string[] {
  const { cpuUnits, memoryMiB, container } = definition;
  const { capabilities, initProcessEnabled } = container.linuxParameters ?? {};
  const variables = Object.entries({ ...awsEnvironment(access), ...environment });
  return [
    ...["--network", "host"],
    ...["--cpus", String(cpuUnits / 1024), "--cpu-shares", String(cpuUnits)],
    ...["--memory", `${memoryMiB}m`, "--memory-swap", `${memoryMiB}m`],
    ...["--stop-timeout", String(container.stopTimeout ?? 30)],
    ...(container.user === undefined ? [] : ["--user", container.user]),
    ...(container.readonlyRootFilesystem === true ? ["--read-only"] : []),
    ...(initProcessEnabled === true ? ["--init"] : []),
    ...(capabilities?.drop ?? []).flatMap((name) => ["--cap-drop", name]),
    ...(capabilities?.add ?? []).flatMap((name) => ["--cap-add", name]),
    ...variables.flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    image,
    ...command,
  ];
}

/** Settles when the command has ended; it fails on a container that is gone, which is all the same. */
function docker(...args: string[]): Promise<void> {
  return new Promise((resolve) => {
    execFile("docker", args, () => {
      resolve();
    });
  });
}
