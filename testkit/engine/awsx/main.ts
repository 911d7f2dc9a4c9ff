/**
 * Pulumi's provider `awsx`, as far as the program uses it, in a process of its own: which resources it makes of the
 * program's arguments, under which names, with which inputs and options. Written anew after
 * https://github.com/pulumi/pulumi-awsx (3.9), whose own provider is not to be had as a package; what the program does
 * not ask for is not there. It prints the port that it listens on.
 */
import * as pulumi from "@pulumi/pulumi";
import { versionOf } from "../aws/shapes";
import { Image } from "./image";
import { Repository } from "./repository";
import { FargateService } from "./service";
import { FargateTaskDefinition } from "./taskDefinition";
import { Vpc } from "./vpc";

type Component = new (
  name: string,
  inputs: never,
  options: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource;

const components: Readonly<Record<string, Component | undefined>> = {
  "awsx:ec2:Vpc": Vpc,
  "awsx:ecr:Image": Image,
  "awsx:ecr:Repository": Repository,
  "awsx:ecs:FargateService": FargateService,
  "awsx:ecs:FargateTaskDefinition": FargateTaskDefinition,
};

const provider: pulumi.provider.Provider = {
  version: versionOf("@pulumi/awsx"),
  async construct(name, type, inputs, options) {
    const Component = components[type];
    if (Component === undefined)
      throw new Error(
        `${type} is no component that the program uses; if it does now, write it in testkit/engine/awsx.`,
      );
    const component = new Component(name, inputs as never, options);
    const isOutput = ([key, value]: [string, unknown]) =>
      !key.startsWith("__") && key !== "urn" && typeof value !== "function" && value !== undefined;
    return Promise.resolve({
      urn: component.urn,
      state: Object.fromEntries(Object.entries(component).filter(isOutput)),
    });
  },
};

// The engine's process ends this one; left alone it would outlive it.
process.once("disconnect", () => process.exit(0));
void pulumi.provider.main(provider, []);
