import { EventEmitter, once } from "node:events";
import { DescribeTasksCommand, RunTaskCommand, type KeyValuePair, type Task } from "@aws-sdk/client-ecs";
import { startedByFleet } from "../../contract/fleet";
import { startLocalCloud } from "../../local/cloud";
import type { CloudEvent, LocalCloud } from "../../local/localCloud";
import { dockerName, dockerRunArguments } from "../../local/containers/dockerContainer";
import { ofType, type ContainerInputs } from "../../local/program/resources";
import { workerContainerName } from "../../infra/workers";
import { workerImage } from "./engine";

/** A line that a worker wrote. */
export interface WorkerLine {
  taskId: string;
  event: string;
  key?: string;
  [detail: string]: unknown;
}

/** The local cloud with real containers as its tasks, and what they tell. */
export class DockerCloud {
  readonly lines: WorkerLine[] = [];
  private readonly news = new EventEmitter().setMaxListeners(0);

  private constructor(readonly cloud: LocalCloud) {}

  static async start(config: Record<string, string> = {}): Promise<DockerCloud> {
    const events: CloudEvent[] = [];
    let onEvent = (event: CloudEvent) => void events.push(event);
    const cloud = await startLocalCloud({
      config,
      dockerImage: await workerImage(),
      onEvent: (event) => {
        onEvent(event);
      },
    });
    const self = new DockerCloud(cloud);
    onEvent = (event) => {
      self.take(event);
    };
    for (const event of events) self.take(event);
    return self;
  }

  private take(event: CloudEvent): void {
    if (event.type === "worker-line") {
      // Node and Docker themselves write lines that are no JSON.
      const details = event.line.startsWith("{") ? (JSON.parse(event.line) as Record<string, unknown>) : {};
      this.lines.push({ event: event.line, ...details, taskId: event.taskId });
    }
    this.news.emit("news");
  }

  /** The first line of this event for this key, written already or yet to come; `after` begins at a later line. */
  async line(event: string, key: string, after = 0): Promise<WorkerLine> {
    return this.until(() => this.lines.slice(after).find((line) => line.event === event && line.key === key));
  }

  /** The first line that tells how a job of this key ended, or that it will be tried again. */
  async ended(key: string): Promise<WorkerLine> {
    const ends = ["thumbnail-stored", "job-failed", "job-left-for-retry"];
    return this.until(() => this.lines.find((line) => ends.includes(line.event) && line.key === key));
  }

  /** Starts a task by hand, with more environment for its container, and gives its id. */
  async runTask(environment: Record<string, string>): Promise<string> {
    const { outputs, clients } = this.cloud;
    const { tasks } = await clients.ecs.send(
      new RunTaskCommand({
        cluster: String(outputs["clusterName"]),
        taskDefinition: String(outputs["taskDefinition"]),
        launchType: "FARGATE",
        // One that takes jobs is a worker, for the functions too.
        ...("INPUT_VIDEO_FILE_URL" in environment ? {} : { startedBy: startedByFleet }),
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: outputs["subnetIds"] as string[],
            securityGroups: [String(outputs["securityGroupId"])],
          },
        },
        overrides: {
          containerOverrides: [
            {
              name: workerContainerName,
              environment: Object.entries(environment).map(([name, value]): KeyValuePair => ({
                name,
                value,
              })),
            },
          ],
        },
      }),
    );
    const id = tasks?.[0]?.taskArn?.split("/").at(-1);
    if (id === undefined) throw new Error("RunTask started nothing.");
    return id;
  }

  /** Settles when the task's worker has started. */
  async started(taskId: string): Promise<void> {
    await this.until(() =>
      this.lines.find((line) => line.taskId === taskId && line.event === "worker-started"),
    );
  }

  /** The task once it has stopped. */
  async stopped(taskId: string): Promise<Task> {
    const { clients, outputs, ecs } = this.cloud;
    await this.until(() =>
      [...ecs.tasks.values()].find(({ arn, lastStatus }) => arn.endsWith(taskId) && lastStatus === "STOPPED"),
    );
    const { tasks } = await clients.ecs.send(
      new DescribeTasksCommand({ cluster: String(outputs["clusterName"]), tasks: [taskId] }),
    );
    const [task] = tasks ?? [];
    if (task === undefined) throw new Error(`There is no task ${taskId}.`);
    return task;
  }

  async exitCode(taskId: string): Promise<number | undefined> {
    return (await this.stopped(taskId)).containers?.[0]?.exitCode;
  }

  /** The task definition as the program registers it. */
  registered(): { cpu: string; memory: string; container: ContainerInputs } {
    const [definition] = ofType(this.cloud.resources, "awsx:ecs:FargateTaskDefinition");
    const { cpu, memory, container } = definition?.inputs ?? {};
    if (cpu === undefined || memory === undefined || container === undefined)
      throw new Error("The program registers no task definition with a size and a container.");
    return { cpu, memory, container };
  }

  /**
   * What `docker run` is told to run the image as the task definition registers it, up to the image's name, with more
   * environment on top.
   */
  async runArguments(more: Record<string, string> = {}): Promise<string[]> {
    const { cpu, memory, container } = this.registered();
    const size = { cpuUnits: Number(cpu), memoryMiB: Number(memory) };
    const roles = { task: "trial", execution: "trial" };
    const definition = { family: "trial", arn: "trial", containerName: "worker", container, roles, ...size };
    const variables = (container.environment ?? []).map(({ name, value }) => [name, value]);
    const environment = { ...(Object.fromEntries(variables) as Record<string, string>), ...more };
    const run = { taskId: "trial", definition, environment, command: [], roles, subnets: [] };
    return dockerRunArguments({ image: await workerImage(), access: this.cloud }, run);
  }

  /** The name of the task's container for Docker. */
  container(taskId: string): string {
    return dockerName(taskId);
  }

  private async until<T>(found: () => T | undefined): Promise<T> {
    for (;;) {
      const result = found();
      if (result !== undefined) return result;
      await once(this.news, "news");
    }
  }

  stop(): Promise<void> {
    return this.cloud.stop();
  }
}
