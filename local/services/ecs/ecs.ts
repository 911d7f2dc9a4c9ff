import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type {
  DescribeTasksCommandInput,
  ListTasksCommandInput,
  RunTaskCommandInput,
  StopTaskCommandInput,
} from "@aws-sdk/client-ecs";
import type { Clock } from "../../clock";
import { EcsError } from "./ecsErrors";
import {
  containerRun,
  describeTask,
  type EcsTask,
  type StartContainer,
  type TaskDefinition,
} from "./ecsTask";
import type { BusEvent } from "../events/eventBridge";

/** What ECS works on, and what it tells of. */
export interface EcsOptions {
  region: string;
  account: string;
  clusters: { arn: string; name: string }[];
  definitions: TaskDefinition[];
  clock: Clock;
  startContainer: StartContainer;
  /** Called with each change of a task's state, as EventBridge gets it. */
  onEvent: (event: BusEvent) => void;
  /** Called when a task has started and when it has stopped. */
  onTask: (task: EcsTask) => void;
}

/** A stopped task can be described for an hour, and a token lives that much longer than its tasks. */
const keepStoppedMs = 3600_000;
const keepTokenMs = 24 * 3600_000;

/** How long a worker may take to end when the whole cloud does. */
const politeMs = 2000;

/** The calls of ECS that the product makes, on tasks that are local processes. */
export class Ecs {
  readonly tasks = new Map<string, EcsTask>();
  private readonly tokens = new Map<
    string,
    { request: RunTaskCommandInput; tasks: EcsTask[]; atMs: number }
  >();

  private readonly definitions: TaskDefinition[];

  constructor(private readonly options: EcsOptions) {
    this.definitions = [...options.definitions];
  }

  /**
   * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html, with the same token as
   * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html has it: the original tasks again.
   */
  runTask(input: RunTaskCommandInput): { tasks: object[]; failures: object[] } {
    const clusterArn = this.cluster(input.cluster);
    const { clientToken, ...request } = input;
    const token = clientToken === undefined ? undefined : `${clusterArn} ${clientToken}`;
    if (clientToken !== undefined && !/^[!-~]{1,64}$/.test(clientToken)) {
      throw new EcsError(
        "InvalidParameterException",
        "clientToken has up to 64 ASCII characters from 33 to 126.",
      );
    }
    const known = token === undefined ? undefined : this.knownToken(token);
    if (known !== undefined) {
      if (isDeepStrictEqual(known.request, request))
        return { tasks: known.tasks.map(describeTask), failures: [] };
      throw new EcsError("ConflictException", "The clientToken is in use with a different RunTask request.", {
        resourceIds: known.tasks.map(({ arn }) => arn),
      });
    }
    const definition = this.definition(input.taskDefinition);
    validate(input, definition);
    const tasks = Array.from({ length: input.count ?? 1 }, () =>
      this.launch(clusterArn, definition, {
        group: input.group ?? `family:${definition.family}`,
        startedBy: input.startedBy,
        capacityProviderName: input.capacityProviderStrategy?.[0]?.capacityProvider,
        overrides: input.overrides ?? {},
        subnets: input.networkConfiguration?.awsvpcConfiguration?.subnets ?? [],
      }),
    );
    if (token !== undefined) this.tokens.set(token, { request, tasks, atMs: this.options.clock.now() });
    return { tasks: tasks.map(describeTask), failures: [] };
  }

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html */
  listTasks(input: ListTasksCommandInput): { taskArns: string[]; nextToken?: string } {
    const clusterArn = this.cluster(input.cluster);
    rejectFurtherFilters(input);
    this.forgetOldTasks();
    const found = [...this.tasks.values()].filter(
      (task) =>
        task.clusterArn === clusterArn &&
        task.desiredStatus === (input.desiredStatus ?? "RUNNING") &&
        (input.family === undefined || task.definition.family === input.family) &&
        (input.startedBy === undefined || task.startedBy === input.startedBy) &&
        (input.serviceName === undefined ||
          task.group === `service:${input.serviceName.split("/").at(-1) ?? ""}`),
    );
    const from = Number(input.nextToken ?? 0);
    const to = from + (input.maxResults ?? 100);
    return {
      taskArns: found.slice(from, to).map(({ arn }) => arn),
      ...(to < found.length ? { nextToken: String(to) } : {}),
    };
  }

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
  describeTasks(input: DescribeTasksCommandInput): { tasks: object[]; failures: object[] } {
    this.cluster(input.cluster);
    this.forgetOldTasks();
    const wanted = (input.tasks ?? []).map((idOrArn) => ({ idOrArn, task: this.findTask(idOrArn) }));
    return {
      tasks: wanted.flatMap(({ task }) => (task === undefined ? [] : [describeTask(task)])),
      failures: wanted
        .filter(({ task }) => task === undefined)
        .map(({ idOrArn }) => ({ arn: idOrArn, reason: "MISSING" })),
    };
  }

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html */
  stopTask(input: StopTaskCommandInput): { task: object } {
    this.cluster(input.cluster);
    const task = this.findTask(input.task ?? "");
    if (task === undefined) {
      throw new EcsError("InvalidParameterException", "The referenced task was not found.");
    }
    this.requestStop(task, "UserInitiated", input.reason ?? "Task stopped by user");
    return { task: describeTask(task) };
  }

  /** Starts a task, for RunTask or for a service. */
  launch(
    clusterArn: string,
    definition: TaskDefinition,
    how: Pick<EcsTask, "group" | "startedBy" | "capacityProviderName" | "overrides" | "subnets">,
  ): EcsTask {
    const { clock, region, account, startContainer } = this.options;
    const id = randomBytes(16).toString("hex");
    const clusterName = clusterArn.split("/").at(-1) ?? "";
    const task: EcsTask = {
      ...how,
      arn: `arn:aws:ecs:${region}:${account}:task/${clusterName}/${id}`,
      clusterArn,
      definition,
      desiredStatus: "RUNNING",
      lastStatus: "PENDING",
      createdAtMs: clock.now(),
    };
    this.tasks.set(task.arn, task);
    task.container = startContainer(containerRun(task));
    void task.container.exited.then(({ exitCode, reason }) => {
      this.stopped(task, exitCode, reason);
    });
    if (task.container.started === undefined) this.started(task);
    else
      void task.container.started.then(() => {
        this.started(task);
      });
    return task;
  }

  /**
   * A deployment: a further revision of each task definition, which a family's name stands for from now on. Gives the
   * ARNs that were newest and those that are.
   */
  registerRevisions(): { oldArn: string; newArn: string }[] {
    const newest = new Map(this.definitions.map((definition) => [definition.family, definition]));
    return [...newest.values()].map((definition) => {
      const [, base = "", revision = 1] = /^(.*):(\d+)$/.exec(definition.arn) ?? [];
      const arn = `${base}:${Number(revision) + 1}`;
      this.definitions.push({ ...definition, arn });
      return { oldArn: definition.arn, newArn: arn };
    });
  }

  /** What a family, a family with its revision, or an ARN stands for. */
  definitionOf(nameOrArn: string): TaskDefinition | undefined {
    const familyAndRevision = nameOrArn.split("/").at(-1) ?? "";
    return (
      this.newest(familyAndRevision) ??
      this.definitions.find(({ arn }) => arn.endsWith(`/${familyAndRevision}`))
    );
  }

  /** The newest revision of a family. */
  newest(family: string): TaskDefinition | undefined {
    return this.definitions.findLast((definition) => definition.family === family);
  }

  /** SIGTERM, and SIGKILL after the container's stopTimeout; ECS's default is 30 seconds. */
  requestStop(task: EcsTask, stopCode: NonNullable<EcsTask["stopCode"]>, reason: string): void {
    if (task.desiredStatus === "STOPPED") return;
    task.desiredStatus = "STOPPED";
    task.stopCode = stopCode;
    task.stoppedReason = reason;
    task.container?.signal("SIGTERM");
    const cancel = this.options.clock.after((task.definition.container.stopTimeout ?? 30) * 1000, () => {
      void task.container?.kill();
    });
    void task.container?.exited.then(cancel);
  }

  /** Ends whatever runs; a worker that is asked first ends its ffmpeg, too. */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.tasks.values()].map(async ({ container, lastStatus }) => {
        if (container === undefined || lastStatus === "STOPPED") return;
        container.signal("SIGTERM");
        await Promise.race([container.exited, sleep(politeMs, undefined, { ref: false })]);
        await container.kill();
      }),
    );
  }

  private started(task: EcsTask): void {
    if (task.lastStatus === "STOPPED") return;
    task.lastStatus = "RUNNING";
    task.startedAtMs = this.options.clock.now();
    this.tell(task);
    this.options.onTask(task);
  }

  private stopped(task: EcsTask, exitCode: number, reason: string | undefined): void {
    task.desiredStatus = "STOPPED";
    task.lastStatus = "STOPPED";
    task.exitCode = exitCode;
    task.stoppedAtMs = this.options.clock.now();
    task.stopCode ??= reason === undefined ? "EssentialContainerExited" : "TaskFailedToStart";
    task.stoppedReason ??= reason ?? "Essential container in task exited";
    this.tell(task);
    this.options.onTask(task);
  }

  /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html */
  private tell(task: EcsTask): void {
    this.options.onEvent({
      source: "aws.ecs",
      "detail-type": "ECS Task State Change",
      resources: [task.arn],
      detail: describeTask(task),
    });
  }

  private cluster(nameOrArn = "default"): string {
    const cluster = this.options.clusters.find(({ arn, name }) => nameOrArn === arn || nameOrArn === name);
    if (cluster === undefined) throw new EcsError("ClusterNotFoundException", "Cluster not found.");
    return cluster.arn;
  }

  private definition(nameOrArn = ""): TaskDefinition {
    const definition = this.definitionOf(nameOrArn);
    if (definition === undefined) throw new EcsError("ClientException", "TaskDefinition not found.");
    return definition;
  }

  private findTask(idOrArn: string): EcsTask | undefined {
    return [...this.tasks.values()].find(({ arn }) => arn === idOrArn || arn.endsWith(`/${idOrArn}`));
  }

  private forgetOldTasks(): void {
    const oldest = this.options.clock.now() - keepStoppedMs;
    for (const task of this.tasks.values()) {
      if ((task.stoppedAtMs ?? Infinity) < oldest) this.tasks.delete(task.arn);
    }
  }

  /** A token lives 24 hours, or an hour longer than its last task when that is less. */
  private knownToken(token: string) {
    const known = this.tokens.get(token);
    if (known === undefined) return undefined;
    const lastStopMs = Math.max(...known.tasks.map(({ stoppedAtMs }) => stoppedAtMs ?? Infinity));
    const expiresMs = Math.min(known.atMs + keepTokenMs, lastStopMs + keepStoppedMs);
    return this.options.clock.now() < expiresMs ? known : undefined;
  }
}

/** "When you specify `startedBy` as the filter, it must be the only filter that you use", and it means it. */
function rejectFurtherFilters({ startedBy, ...others }: ListTasksCommandInput): void {
  const { family, serviceName, desiredStatus, launchType, containerInstance } = others;
  const further = [family, serviceName, desiredStatus, launchType, containerInstance];
  if (startedBy === undefined || further.every((filter) => filter === undefined)) return;
  throw new EcsError("InvalidParameterException", "cannot specify startedBy with other arguments");
}

function validate(input: RunTaskCommandInput, definition: TaskDefinition): void {
  const invalid = (message: string) => new EcsError("InvalidParameterException", message);
  if (input.startedBy !== undefined && !/^[A-Za-z0-9_/-]{1,36}$/.test(input.startedBy)) {
    throw invalid("startedBy has up to 36 letters, digits, hyphens, slashes and underscores.");
  }
  const count = input.count ?? 1;
  if (count < 1 || count > 10) throw invalid("Invalid count: it must be between 1 and 10.");
  if (input.launchType !== undefined && input.capacityProviderStrategy !== undefined) {
    throw invalid("The request may have a launch type or a capacity provider strategy, not both.");
  }
  if ((input.networkConfiguration?.awsvpcConfiguration?.subnets?.length ?? 0) === 0) {
    throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  for (const { name = "" } of input.overrides?.containerOverrides ?? []) {
    if (name !== definition.containerName) {
      throw invalid(`Override for container named ${name} is not a container in the TaskDefinition.`);
    }
  }
}
