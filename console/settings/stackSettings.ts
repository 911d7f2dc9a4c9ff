import path from "node:path";
import { UsageError } from "../../ops/arguments";
import { readPulumiConfig, type ConfigValue } from "../../ops/pulumi";
import type { Setting } from "../messages";
import { RefusedError } from "../server/refusal";
import type { Declaration } from "./declarations";
import { otherValue, settingsOfProject } from "./settingsOfProject";

const projectDirectory = path.join(__dirname, "..", "..");

/** The settings of a deployed stack, as Pulumi has them. Throws RefusedError where Pulumi does not tell. */
export async function readStackSettings(stackName: string): Promise<Setting[]> {
  const values = await readPulumiConfig(stackName).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    const message = error.message.replaceAll(/\s*\n\s*/g, " ");
    const whatToDo = "See `npx pulumi whoami` and `npx pulumi stack ls`; then reload the page.";
    throw new RefusedError({ kind: "other", message, whatToDo }, 502);
  });
  return settingsOfProject(projectDirectory, values, (declaration, value) =>
    [
      `npx pulumi config set ${placeOf(declaration)} ${otherValue(declaration, value)}${secretOption(value)} --stack ${stackName}`,
      `npx pulumi up --stack ${stackName}`,
    ].join("\n"),
  );
}

/** https://www.pulumi.com/docs/iac/concepts/config/#structured-configuration */
function placeOf({ key, type }: Declaration): string {
  if (type === "array") return `--path '${key}[0]'`;
  return type === "map" ? `--path ${key}.KEY` : key;
}

function secretOption(value: ConfigValue | undefined): string {
  return value?.secret === true ? " --secret" : "";
}
