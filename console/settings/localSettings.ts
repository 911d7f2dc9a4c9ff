import path from "node:path";
import { readStackConfig } from "../../local/program/stackConfig";
import type { Setting } from "../messages";
import type { Declaration } from "./declarations";
import { otherValue, settingsOfProject } from "./settingsOfProject";

const projectDirectory = path.join(__dirname, "..", "..");

/** The settings of a local run of the console's own, which was given `config`. */
export async function readLocalSettings(config: Record<string, string>): Promise<Setting[]> {
  const { values } = await readStackConfig(projectDirectory, config);
  const given = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }]));
  return settingsOfProject(projectDirectory, given, (declaration, value) => {
    const setting = `${declaration.key}=${valueIn(declaration) ?? otherValue(declaration, value)}`;
    return `npm run console -- --config ${/["[]/.test(setting) ? `'${setting}'` : setting}`;
  });
}

/** Lists and maps are JSON there. */
function valueIn({ type }: Declaration): string | undefined {
  if (type === "array") return '["VALUE"]';
  return type === "map" ? '{"KEY":"VALUE"}' : undefined;
}
