import { localAccount } from "../../program/resourceOutputs";
import type { Need } from "../authorizer";
import type { Ecs } from "./ecs";
import { rolesOf, type EcsTask } from "./ecsTask";

/** What a call says that its rights hang on. */
interface Input {
  cluster?: string;
  /** Of DescribeTasks: ids or ARNs. */
  tasks?: string[];
  /** Of StopTask. */
  task?: string;
  taskDefinition?: string;
  containerInstance?: string;
  tags?: object[];
  enableExecuteCommand?: boolean;
  overrides?: EcsTask["overrides"];
}

/**
 * What a call of ECS's API needs. ECS knows that before it looks whether there is what the call names.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export function ecsNeeds(ecs: Ecs, operation: string, call: object, region: string): Need[] {
  const input = call as Input;
  const arn = (resource: string) => `arn:aws:ecs:${region}:${localAccount}:${resource}`;
  const named = (name: string, kind: string) => (name.startsWith("arn:") ? name : arn(`${kind}/${name}`));
  const cluster = named(input.cluster ?? "default", "cluster");
  const clusterName = cluster.split("/").at(-1) ?? "";
  const need = (resource: string, more: Record<string, string> = {}): Need => ({
    action: `ecs:${operation}`,
    resource,
    context: { "ecs:cluster": cluster, ...more },
  });
  switch (operation) {
    case "RunTask": {
      const asked = input.taskDefinition ?? "";
      const definition = ecs.definitionOf(asked);
      const execute = { "ecs:enable-execute-command": String(input.enableExecuteCommand ?? false) };
      return [
        need(
          definition?.arn ?? named(/:\d+$/.test(asked) ? asked : `${asked}:1`, "task-definition"),
          execute,
        ),
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
        ...(definition === undefined
          ? []
          : Object.values<string>({ ...rolesOf(definition, input.overrides) })
        ).map((role) => ({
          action: "iam:PassRole",
          resource: role,
          context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
        })),
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
        ...((input.tags ?? []).length === 0
          ? []
          : [
              {
                ...need(arn(`task/${clusterName}/new`), { "ecs:CreateAction": "RunTask" }),
                action: "ecs:TagResource",
              },
            ]),
      ];
    }
    case "ListTasks":
      // Those of a container instance aside, tasks are listed of a cluster, which is no resource of this action.
      return [need(input.containerInstance ?? "*")];
    case "DescribeTasks":
      return (input.tasks ?? []).map((task) => need(named(task, `task/${clusterName}`)));
    default:
      return [need(input.task === undefined ? "*" : named(input.task, `task/${clusterName}`))];
  }
}
