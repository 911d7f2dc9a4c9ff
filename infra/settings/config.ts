import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { VideoThumbnailerArgs } from "./args";
import { readSettings } from "./readSettings";

/**
 * The stack's configuration, as Pulumi keeps it, as arguments of the component.
 * @throws pulumi.RunError that lists every wrong value with its key and what is allowed, if there is one
 */
export function readConfiguration(): VideoThumbnailerArgs {
  const prefix = `${pulumi.getProject()}:`;
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  const given = Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
  const problems = [
    ...(aws.config.region === undefined
      ? ["aws:region is not set; set it, e.g. `pulumi config set aws:region us-east-1`"]
      : []),
    ...readSettings(given).problems,
  ];
  if (problems.length > 0) {
    throw new pulumi.RunError(
      `The configuration of this stack is wrong; nothing was created or changed:\n` +
        problems.map((problem) => `  - ${problem}`).join("\n") +
        `\nSet a value with \`pulumi config set KEY VALUE\`.`,
    );
  }
  return given;
}
