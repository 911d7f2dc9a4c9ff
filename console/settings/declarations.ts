import { readFile } from "node:fs/promises";
import path from "node:path";
import { load } from "js-yaml";

/** A setting as Pulumi.yaml declares it. https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
export interface Declaration {
  readonly key: string;
  readonly type: "string" | "integer" | "boolean" | "array" | "map";
  /** As `pulumi config` shows it; null without one. */
  readonly default: string | null;
  readonly meaning: string;
}

/** What a project declares. */
export interface Project {
  readonly name: string;
  readonly declarations: readonly Declaration[];
}

/** A map can not be declared; the program reads this one all the same. */
const tags: Declaration = {
  key: "tags",
  type: "map",
  default: null,
  meaning: "Tags of everything in the stack that takes tags",
};

interface ProjectFile {
  readonly name: string;
  readonly config?: Readonly<
    Record<
      string,
      { readonly type: Declaration["type"]; readonly default?: unknown; readonly description?: string }
    >
  >;
}

/** The project in a directory, by its Pulumi.yaml. Rejects where there is none. */
export async function readProject(projectDirectory: string): Promise<Project> {
  const { name, config = {} } = load(
    await readFile(path.join(projectDirectory, "Pulumi.yaml"), "utf8"),
  ) as ProjectFile;
  const declared = Object.entries(config).map(([key, { type, default: value, description = "" }]) => ({
    ...{ key, type, meaning: description },
    default: value === undefined ? null : textOf(value),
  }));
  return { name, declarations: [...declared, tags] };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
