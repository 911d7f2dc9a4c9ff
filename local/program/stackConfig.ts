import { readFile } from "node:fs/promises";
import path from "node:path";
import { load } from "js-yaml";

/** The project's name, the stack that the local run stands for, and the stack's configuration. */
export interface StackConfig {
  project: string;
  stack: string;
  region: string;
  /** Values as text, under their full names such as `aws:region`. */
  values: Record<string, string>;
}

const stack = "dev";

/**
 * Reads the example's configuration (Pulumi.dev.yaml) and puts `overrides` on top, as `pulumi config set KEY VALUE`
 * would: a key without a namespace is the project's own. The program itself says which keys and values are right. A
 * deployed stack's own file is not read: it is nobody else's, and may hold secrets.
 */
export async function readStackConfig(
  projectDirectory: string,
  overrides: Record<string, string>,
): Promise<StackConfig> {
  const project = await readYaml(path.join(projectDirectory, "Pulumi.yaml"));
  const stackFile = await readYaml(path.join(projectDirectory, "Pulumi.dev.yaml"));
  const name = String(project["name"]);
  const values: Record<string, string> = { "aws:region": "us-east-1" };
  for (const [key, value] of Object.entries(stackFile["config"] ?? {})) {
    values[key] = typeof value === "string" ? value : JSON.stringify(value);
  }
  // The example's bucket may be destroyed with what is in it, which is refused of one that was there before.
  if ((overrides["bucketName"] ?? "") !== "") values[`${name}:forceDestroy`] = "false";
  for (const [key, value] of Object.entries(overrides)) {
    values[key.includes(":") ? key : `${name}:${key}`] = value;
  }
  return { project: name, stack, region: values["aws:region"] ?? "us-east-1", values };
}

async function readYaml(file: string): Promise<Record<string, unknown>> {
  return (load(await readFile(file, "utf8")) ?? {}) as Record<string, unknown>;
}
