import type { Clock } from "../../clock";
import type { Ecs } from "./ecs";
import type { EcsTask, TaskDefinition } from "./ecsTask";

/** A registered service; it runs the newest revision of its task definition's family. */
export interface ServiceOptions {
  name: string;
  clusterArn: string;
  definition: TaskDefinition;
  desiredCount: number;
  subnets: string[];
}

/** ECS waits longer and longer before it replaces tasks that keep ending soon; a task this old has not. */
const longLivedMs = 60_000;
const longestWaitMs = 60_000;

/**
 * Keeps a service's tasks running.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
 */
export class EcsService {
  private readonly tasks = new Set<EcsTask>();
  private readonly replaced = new Set<EcsTask>();
  private waitMs = 0;
  private isStopped = false;

  constructor(
    private readonly ecs: Ecs,
    private readonly clock: Clock,
    private readonly options: ServiceOptions,
  ) {}

  start(): void {
    for (let index = 0; index < this.options.desiredCount; index += 1) this.startTask();
  }

  /**
   * Brings the newest revision into service: as many new tasks as wanted, then the old ones are told to stop.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
   */
  deploy(): void {
    const old = [...this.tasks];
    for (const task of old) this.replaced.add(task);
    this.start();
    for (const task of old) {
      this.ecs.requestStop(task, "ServiceSchedulerInitiated", "Scaling activity initiated by deployment");
    }
  }

  stop(): void {
    this.isStopped = true;
  }

  private startTask(): void {
    if (this.isStopped) return;
    const { name, clusterArn, subnets } = this.options;
    const definition = this.ecs.newest(this.options.definition.family) ?? this.options.definition;
    const task = this.ecs.launch(clusterArn, definition, {
      group: `service:${name}`,
      startedBy: `ecs-svc/${name}`,
      capacityProviderName: undefined,
      overrides: {},
      subnets,
    });
    this.tasks.add(task);
    void task.container?.exited.then(() => {
      this.tasks.delete(task);
      if (this.replaced.delete(task)) return;
      const isShortLived = this.clock.now() - task.createdAtMs < longLivedMs;
      this.waitMs = isShortLived ? Math.min(longestWaitMs, this.waitMs * 2 || 1_000) : 0;
      this.clock.after(this.waitMs, () => {
        this.startTask();
      });
    });
  }
}
