import type { RunTaskCommandInput, Task } from "@aws-sdk/client-ecs";
import type { ContainerInputs } from "../../program/resources";

export interface TaskRoles {
  task: string;
  execution: string;
}

/** A revision of a registered task definition. */
export interface TaskDefinition {
  family: string;
  arn: string;
  containerName: string;
  container: ContainerInputs;
  /** The ARNs of the role that the container calls by, and of the one that ECS starts it by. */
  roles: TaskRoles;
  /** 1024 are one vCPU. */
  cpuUnits: number;
  memoryMiB: number;
}

/** What a task's container runs with: as registered, and as RunTask overrides it. */
export interface ContainerRun {
  taskId: string;
  definition: TaskDefinition;
  environment: Record<string, string>;
  command: string[];
  roles: TaskRoles;
  /** The subnets that the task may run in. */
  subnets: string[];
}

/** A running container, or one that is about to run. */
export interface RunningContainer {
  /** Settles when the container runs, if that takes time; never rejects. */
  started?: Promise<void>;
  /** Settles when the container has ended, which one that never ran does too; never rejects. */
  exited: Promise<{ exitCode: number; reason?: string }>;
  signal(signal: "SIGTERM"): void;
  kill(): Promise<void>;
}

/** Starts a container; what stands behind it is another part's concern. */
export type StartContainer = (run: ContainerRun) => RunningContainer;

/** A task as ECS knows it. Times are those of the local cloud's clock. */
export interface EcsTask {
  arn: string;
  clusterArn: string;
  definition: TaskDefinition;
  /** `family:…`, or `service:…` for a service's task. */
  group: string;
  startedBy?: string | undefined;
  capacityProviderName?: string | undefined;
  desiredStatus: "RUNNING" | "STOPPED";
  lastStatus: "PENDING" | "RUNNING" | "STOPPED";
  createdAtMs: number;
  startedAtMs?: number;
  stoppedAtMs?: number;
  stopCode?:
    | "EssentialContainerExited"
    | "ServiceSchedulerInitiated"
    | "SpotInterruption"
    | "TaskFailedToStart"
    | "UserInitiated";
  stoppedReason?: string;
  exitCode?: number;
  overrides: NonNullable<RunTaskCommandInput["overrides"]>;
  subnets: string[];
  container?: RunningContainer;
}

/** The environment of the task's container: the definition's, the overrides' on top. */
export function containerRun(task: EcsTask): ContainerRun {
  const { container, containerName } = task.definition;
  const override = task.overrides.containerOverrides?.find(({ name }) => name === containerName);
  const pairs = [...(container.environment ?? []), ...(override?.environment ?? [])];
  return {
    taskId: task.arn.split("/").at(-1) ?? task.arn,
    definition: task.definition,
    environment: Object.fromEntries(pairs.map(({ name = "", value = "" }) => [name, value])),
    command: override?.command ?? container.command ?? [],
    roles: rolesOf(task.definition, task.overrides),
    subnets: task.subnets,
  };
}

/** The definition's, unless RunTask names others. */
export function rolesOf(
  { roles }: TaskDefinition,
  { taskRoleArn, executionRoleArn }: EcsTask["overrides"] = {},
): TaskRoles {
  return { task: taskRoleArn ?? roles.task, execution: executionRoleArn ?? roles.execution };
}

/** The task in the words of ECS's API, with times in seconds. */
export function describeTask(task: EcsTask): Omit<Task, "createdAt" | "startedAt" | "stoppedAt"> & {
  createdAt: number;
  startedAt?: number;
  stoppedAt?: number;
} {
  return {
    taskArn: task.arn,
    clusterArn: task.clusterArn,
    taskDefinitionArn: task.definition.arn,
    group: task.group,
    startedBy: task.startedBy,
    capacityProviderName: task.capacityProviderName,
    launchType: "FARGATE",
    desiredStatus: task.desiredStatus,
    lastStatus: task.lastStatus,
    createdAt: task.createdAtMs / 1000,
    ...(task.startedAtMs === undefined ? {} : { startedAt: task.startedAtMs / 1000 }),
    ...(task.stoppedAtMs === undefined ? {} : { stoppedAt: task.stoppedAtMs / 1000 }),
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    overrides: task.overrides,
    containers: [
      {
        name: task.definition.containerName,
        taskArn: task.arn,
        lastStatus: task.lastStatus,
        exitCode: task.exitCode,
      },
    ],
  };
}
