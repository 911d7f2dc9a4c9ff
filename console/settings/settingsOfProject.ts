import { isDeepStrictEqual } from "node:util";
import type { ConfigValue } from "../../ops/pulumi";
import type { Setting } from "../messages";
import { readProject, type Declaration } from "./declarations";

/** What to type to change a setting, whose value is now `value`. */
export type CommandOf = (declaration: Declaration, value: ConfigValue | undefined) => string;

/**
 * All settings of a project with the values that a stack has set, under full names such as `video-thumbnailer:spot`. What is
 * set and not declared, as a provider's region, is among them: first what Pulumi.yaml has, in its order.
 */
export async function settingsOfProject(
  projectDirectory: string,
  values: Readonly<Record<string, ConfigValue>>,
  commandOf: CommandOf,
): Promise<Setting[]> {
  const { name, declarations } = await readProject(projectDirectory);
  const own = `${name}:`;
  const undeclared = Object.keys(values)
    .map((key) => (key.startsWith(own) ? key.slice(own.length) : key))
    .filter((key) => !declarations.some((declaration) => declaration.key === key))
    .map((key): Declaration => ({ key, type: "string", default: null, meaning: meaningOf(key) }));
  return [...declarations, ...undeclared].map((declaration) => {
    const { key, meaning, default: usual } = declaration;
    const value = values[own + key] ?? values[key];
    const text = value === undefined ? usual : shownValue(value);
    return {
      ...{ key, value: text, meaning },
      isDefault: isSame(text, usual),
      command: commandOf(declaration, value ?? (usual === null ? undefined : { value: usual })),
    };
  });
}

/** What stands for VALUE: of what is true or false, the other one. */
export function otherValue({ type }: Declaration, value: ConfigValue | undefined): string {
  return type === "boolean" ? String(value?.value !== "true") : "VALUE";
}

function shownValue({ value = "", secret = false }: ConfigValue): string {
  return secret ? "[secret]" : value;
}

function meaningOf(key: string): string {
  if (key === "aws:region") return "The region that the stack is in";
  return key.includes(":") ? "A setting of Pulumi's provider" : "Pulumi.yaml declares no such setting";
}

/** Lists and numbers are the same however they are written. */
function isSame(a: string | null, b: string | null): boolean {
  return a === b || (a !== null && b !== null && isDeepStrictEqual(parsed(a), parsed(b)));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
