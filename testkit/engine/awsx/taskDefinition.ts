import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

interface TaskDefinitionInputs extends pulumi.Inputs {
  family: pulumi.Input<string>;
  cpu: pulumi.Input<string>;
  memory: pulumi.Input<string>;
  runtimePlatform: pulumi.Input<aws.types.input.ecs.TaskDefinitionRuntimePlatform>;
  taskRole: { roleArn: pulumi.Input<string> };
  executionRole: { roleArn: pulumi.Input<string> };
  container: pulumi.Input<Record<string, unknown>>;
  tags?: pulumi.Input<Record<string, string>>;
}

/** A task definition with one container: as awsx makes it when its roles are given and its log group is left out. */
export class FargateTaskDefinition extends pulumi.ComponentResource {
  readonly taskDefinition: aws.ecs.TaskDefinition;

  constructor(name: string, inputs: pulumi.Inputs, options: pulumi.ComponentResourceOptions) {
    super("awsx:ecs:FargateTaskDefinition", name, {}, options);
    const { family, cpu, memory, runtimePlatform, taskRole, executionRole, container, tags } =
      inputs as TaskDefinitionInputs;
    this.taskDefinition = new aws.ecs.TaskDefinition(
      name,
      {
        family,
        cpu,
        memory,
        runtimePlatform,
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        taskRoleArn: pulumi.output(taskRole).roleArn,
        executionRoleArn: pulumi.output(executionRole).roleArn,
        containerDefinitions: pulumi.jsonStringify([container]),
        ...(tags !== undefined && { tags }),
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
