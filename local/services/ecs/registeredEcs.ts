import type { Clock } from "../../clock";
import { Ecs } from "./ecs";
import { ecsNeeds } from "./ecsAccess";
import { EcsService } from "./ecsService";
import type { EcsTask, StartContainer, TaskDefinition, TaskRoles } from "./ecsTask";
import type { BusEvent } from "../events/eventBridge";
import type { LocalEcsServer } from "./ecsServer";
import { localAccount } from "../../program/resourceOutputs";
import { ofType, textOutput, type Resource } from "../../program/resources";

export interface LocalEcsOptions {
  resources: Resource[];
  region: string;
  clock: Clock;
  startContainer: StartContainer;
  onEvent: (event: BusEvent) => void;
  onTask: (task: EcsTask) => void;
}

/** ECS with the registered clusters, task definitions and services. */
export interface LocalEcs {
  ecs: Ecs;
  /** Starts the services' tasks. */
  start(): void;
  /** Deploys a new image: new revisions, whose ARNs it gives, and the services' tasks replaced. */
  deploy(): { oldArn: string; newArn: string }[];
  stop(): Promise<void>;
}

/** Makes ECS of what is registered, and has `server` answer for it. */
export function createEcs(server: LocalEcsServer, options: LocalEcsOptions): LocalEcs {
  const { resources, clock, region } = options;
  const clusters = ofType(resources, "aws:ecs/cluster:Cluster").map((cluster) => ({
    arn: textOutput(cluster, "arn"),
    name: textOutput(cluster, "name"),
  }));
  const definitions = ofType(resources, "awsx:ecs:FargateTaskDefinition").map(taskDefinition);
  const ecs = new Ecs({ ...options, account: localAccount, clusters, definitions });
  server.operations = {
    RunTask: ecs.runTask.bind(ecs),
    ListTasks: ecs.listTasks.bind(ecs),
    DescribeTasks: ecs.describeTasks.bind(ecs),
    StopTask: ecs.stopTask.bind(ecs),
  };
  server.needsOf = (operation, input) => ecsNeeds(ecs, operation, input, region);
  const services = ofType(resources, "awsx:ecs:FargateService").map(({ name, inputs, state }) => {
    const definition = definitions.find(({ arn }) => arn === inputs.taskDefinition);
    if (definition === undefined) throw new Error(`Service ${name} names no registered task definition.`);
    return new EcsService(ecs, clock, {
      name: (state["service"] as { name: string }).name,
      clusterArn: inputs.cluster,
      definition,
      desiredCount: inputs.desiredCount ?? 1,
      subnets: inputs.networkConfiguration?.subnets ?? [],
    });
  });
  return {
    ecs,
    start() {
      for (const service of services) service.start();
    },
    deploy() {
      const revisions = ecs.registerRevisions();
      for (const service of services) service.deploy();
      return revisions;
    },
    async stop() {
      for (const service of services) service.stop();
      await ecs.stop();
    },
  };
}

/** Fargate's size of a task that is registered without one. */
const defaultSize = { cpu: "256", memory: "512" };

function taskDefinition(
  resource: ReturnType<typeof ofType<"awsx:ecs:FargateTaskDefinition">>[number],
): TaskDefinition {
  const { container, containers, cpu, memory, taskRole, executionRole } = {
    ...defaultSize,
    ...resource.inputs,
  };
  // awsx calls a single container "container" unless it has a name.
  const [containerName, only] = container
    ? [container.name ?? "container", container]
    : (Object.entries(containers ?? {})[0] ?? []);
  if (containerName === undefined || only === undefined) {
    throw new Error(`Task definition ${resource.name} has no container.`);
  }
  const roles = { task: taskRole?.roleArn, execution: executionRole?.roleArn };
  if (roles.task === undefined || roles.execution === undefined) {
    throw new Error(
      `Task definition ${resource.name} needs a taskRole and an executionRole, each with its roleArn.`,
    );
  }
  const { arn, family } = resource.state["taskDefinition"] as { arn: string; family: string };
  const size = { cpuUnits: Number(cpu), memoryMiB: Number(memory) };
  return { arn, family, containerName, container: only, roles: roles as TaskRoles, ...size };
}
