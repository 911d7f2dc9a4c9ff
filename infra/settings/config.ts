import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { VideoThumbnailerArgs } from "./args";
import { readSettings } from "./readSettings";
import type { Settings } from "./settings";

/**
 * The stack's configuration, as Pulumi keeps it, as arguments of the component.
 * @throws pulumi.RunError that lists every wrong value with its key and what is allowed, if there is one
 */
export function readConfiguration(): VideoThumbnailerArgs {
  const prefix = `${pulumi.getProject()}:`;
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  const given = Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
  const { settings, problems: wrong } = readSettings(given);
  const problems = [...regionProblems(settings), ...wrong];
  if (problems.length > 0) {
    throw new pulumi.RunError(
      `The configuration of this stack is wrong; nothing was created or changed:\n` +
        problems.map((problem) => `  - ${problem}`).join("\n") +
        `\nSet a value with \`pulumi config set KEY VALUE\`.`,
    );
  }
  return given;
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html (a KMS key is of one region, and used there alone) */
function regionProblems({ kmsKeyArn }: Settings): string[] {
  const { region } = aws.config;
  if (region === undefined)
    return ["aws:region is not set; set it, e.g. `pulumi config set aws:region us-east-1`"];
  const keysRegion = typeof kmsKeyArn === "string" ? kmsKeyArn.split(":")[3] : region;
  return keysRegion === region
    ? []
    : [
        `kmsKeyArn is ${JSON.stringify(kmsKeyArn)}, of ${keysRegion}, and aws:region is ${region}; use a key of ${region}`,
      ];
}
