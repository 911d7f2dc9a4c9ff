import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** A service on Fargate in a network that is given: as awsx makes it of what the program asks for. */
export class FargateService extends pulumi.ComponentResource {
  readonly service: aws.ecs.Service;

  constructor(name: string, inputs: pulumi.Inputs, options: pulumi.ComponentResourceOptions) {
    super("awsx:ecs:FargateService", name, {}, options);
    const { continueBeforeSteadyState, ...args } = inputs;
    this.service = new aws.ecs.Service(
      name,
      {
        ...args,
        launchType: "FARGATE",
        waitForSteadyState: pulumi.output(continueBeforeSteadyState as boolean).apply((go) => !go),
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
