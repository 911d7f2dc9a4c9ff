import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { VideoThumbnailer } from "./videoThumbnailer";

/** What components of ours were called that were not called after themselves. */
const exceptions: Readonly<Record<string, string>> = { LogMetrics: "dashboard" };

/**
 * Lets a stack of version 0.1 keep its resources, which stood directly in the stack and had no `NAME-` before their names:
 * without this, Pulumi would replace all of them, the bucket of videos among them.
 * https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/
 */
export function formerNames(name: string): pulumi.ResourceTransformation {
  return ({ type, name: ownName, props, opts }) => {
    if (type === "aws:ec2/vpcEndpoint:VpcEndpoint") return withAliases(props, opts, [formerEndpoint()]);
    const component = /^video-thumbnailer:infra:(\w+)$/.exec(type)?.[1] ?? "";
    const former =
      ownName === name
        ? (exceptions[component] ?? component.charAt(0).toLowerCase() + component.slice(1))
        : ownName.slice(`${name}-`.length);
    if (former === "") return undefined;
    const stoodInStack = opts.parent instanceof VideoThumbnailer;
    return withAliases(props, opts, [
      { name: former, ...(stoodInStack && { parent: pulumi.rootStackResource }) },
    ]);
  };
}

/** It was one of awsx's, within the network. */
function formerEndpoint(): string {
  const types = [
    "video-thumbnailer:infra:Network",
    "awsx:ec2:Vpc",
    "aws:ec2/vpc:Vpc",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
  ];
  const endpoint = `com.amazonaws.${aws.config.region ?? ""}.s3`;
  return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${types.join("$")}::${endpoint}`;
}

function withAliases(
  props: unknown,
  opts: pulumi.ResourceOptions,
  aliases: (pulumi.Alias | string)[],
): pulumi.ResourceTransformationResult {
  return { props: props as pulumi.Inputs, opts: pulumi.mergeOptions(opts, { aliases }) };
}
