import { assumedByEcs, roleAccess, s3EndpointVpc } from "../roleAccess";
import type { Resource } from "../program/resources";
import type { Door } from "../services/door";
import type { StartContainer } from "../services/ecs/ecsTask";
import { startDockerContainer } from "./dockerContainer";
import { startLater } from "./lateContainer";
import { startWorkerContainer, type WorkerContainerOptions } from "./workerContainer";

export interface TaskContainerOptions extends WorkerContainerOptions {
  resources: Resource[];
  door: Door;
  /** Containers of Docker's with this image, and no local processes. */
  dockerImage: string | undefined;
}

/** Starts tasks' containers as ECS does: each calls by a session of its task's role, which ECS must be able to take on. */
export function startTaskContainers(options: TaskContainerOptions): StartContainer {
  const { resources, door, dockerImage: image, access } = options;
  return (run) => {
    // ECS names a session after its task. The task's id is its access key, too, by which its calls are told from others'.
    const session = { roleArn: run.roles.task, sessionName: run.taskId, accessKeyId: run.taskId };
    const s3Vpc = s3EndpointVpc(resources, access.region, run.subnets);
    const own = { ...options, access: roleAccess(door, access, { ...session, s3EndpointVpc: s3Vpc }) };
    const start = () =>
      image === undefined ? startWorkerContainer(own, run) : startDockerContainer({ ...own, image }, run);
    if (door.authorizer === undefined) return start();
    const assumptions = [run.roles.task, run.roles.execution].map((role) =>
      assumedByEcs(role, access.region),
    );
    return startLater((ready) => void door.denialOfServices(assumptions).then(ready), start);
  };
}
