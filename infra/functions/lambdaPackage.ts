import * as fs from "node:fs";
import * as path from "node:path";

interface PackageJson {
  dependencies?: Record<string, string>;
}

/** A part of aws.lambda.CallbackFunction's `codePathOptions`. */
interface CodePaths {
  extraIncludePaths: string[];
  extraExcludePackages: string[];
}

/**
 * What goes into a Lambda's package beside its handler: the given npm packages and all they depend on, of
 * each only what Node loads. Pulumi alone would pack every dependency of the root's package.json whole, with
 * its types and a second build for bundlers, five times the size, and a Lambda's package is part of its cold
 * start.
 * @throws Error when a package is not installed
 */
export function lambdaPackage(packages: readonly string[]): CodePaths {
  const folders = new Set<string>();
  for (const name of packages) addWithDependencies(name, ".", folders);
  const root = readPackageJson(".");
  return {
    extraIncludePaths: [...folders].flatMap(loadedByNode),
    extraExcludePackages: Object.keys(root.dependencies ?? {}),
  };
}

function addWithDependencies(name: string, dependent: string, folders: Set<string>): void {
  const folder = findPackage(name, dependent);
  if (folders.has(folder)) return;
  folders.add(folder);
  for (const dependency of Object.keys(readPackageJson(folder).dependencies ?? {})) {
    addWithDependencies(dependency, folder, folders);
  }
}

/** The folder of a package as Node finds it from `dependent`: nearest `node_modules` first. */
function findPackage(name: string, dependent: string): string {
  for (let folder = dependent; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, "node_modules", name);
    if (fs.existsSync(path.join(candidate, "package.json"))) return candidate;
    if (folder === ".") throw new Error(`The npm package ${name} is not installed; run \`npm ci\`.`);
  }
}

/** The SDK's packages keep what `require` loads in `dist-cjs`; of others, the whole folder. */
function loadedByNode(folder: string): string[] {
  const commonJs = path.join(folder, "dist-cjs");
  return fs.existsSync(commonJs) ? [path.join(folder, "package.json"), commonJs] : [folder];
}

function readPackageJson(folder: string): PackageJson {
  return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) as PackageJson;
}
