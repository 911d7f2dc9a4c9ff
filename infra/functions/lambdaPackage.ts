import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { projectFolder } from "../projectFolder";
import { workingFolder } from "../workingFolder";

interface PackageJson {
  dependencies?: Record<string, string>;
}

/** What Pulumi is to pack of the program that this runs in: nothing, since what a handler needs is ours. */
export function packNothingElse(): { extraExcludePackages: string[] } {
  const folder = folderAbove(process.cwd(), "package.json");
  const { dependencies = {} } = folder === undefined ? {} : readPackageJson(folder);
  return { extraExcludePackages: Object.keys(dependencies) };
}

/**
 * Adds to the archive of a serialised handler the given npm packages and all they depend on, of each only what Node loads:
 * Pulumi alone would pack every dependency of the program whole, with its types and a second build for bundlers, five times
 * the size, and a Lambda's package is part of its cold start. It would also look for them beside the program alone
 * (https://github.com/pulumi/pulumi-aws/issues/2709), and name those that npm has put elsewhere by paths that a Lambda has
 * not; here each is found as Node finds it from this project's folder, and lies in `node_modules` of the archive.
 * @throws Error when a package is not installed
 */
export function withPackages(
  code: pulumi.Input<pulumi.asset.Archive>,
  packages: readonly string[],
): pulumi.Output<pulumi.asset.Archive> {
  const tree = new Map<string, string>();
  for (const name of packages) place(name, projectFolder, "", tree);
  const modules = [...tree].flatMap(([place, folder]) =>
    loadedByNode(folder).map((part) => [path.join(place, part), asset(path.join(folder, part))] as const),
  );
  return pulumi.output(code).apply(async (archive) => {
    const assets = await (archive as pulumi.asset.AssetArchive).assets;
    const own = await Promise.all(
      Object.entries(assets).map(async ([file, one]) => [file, await byName(one)] as const),
    );
    return new pulumi.asset.AssetArchive(Object.fromEntries([...own, ...modules]));
  });
}

/**
 * Puts a package into `tree`, the folders by their places in the archive: beside all others, or, where another version lies
 * there, into the package that needs it.
 */
function place(name: string, dependent: string, dependentPlace: string, tree: Map<string, string>): void {
  const folder = findPackage(name, dependent);
  const places = [path.join("node_modules", name), path.join(dependentPlace, "node_modules", name)];
  if (places.some((one) => tree.get(one) === folder)) return;
  const free = places.find((one) => !tree.has(one));
  if (free === undefined) throw new Error(`The npm package ${name} is installed twice for ${dependent}.`);
  tree.set(free, folder);
  for (const dependency of Object.keys(readPackageJson(folder).dependencies ?? {}))
    place(dependency, folder, free, tree);
}

/** The folder of a package as Node finds it from `dependent`: nearest `node_modules` first. */
function findPackage(name: string, dependent: string): string {
  const above = folderAbove(dependent, path.join("node_modules", name, "package.json"));
  if (above === undefined)
    throw new Error(`The npm package ${name} is not installed for ${dependent}; run \`npm ci\`.`);
  return fs.realpathSync(path.join(above, "node_modules", name));
}

function folderAbove(folder: string, file: string): string | undefined {
  if (fs.existsSync(path.join(folder, file))) return folder;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : folderAbove(parent, file);
}

/** The SDK's packages keep what `require` loads in `dist-cjs`; of others, all but what npm has put into them. */
function loadedByNode(folder: string): string[] {
  if (fs.existsSync(path.join(folder, "dist-cjs"))) return ["package.json", "dist-cjs"];
  return fs.readdirSync(folder).filter((part) => part !== "node_modules");
}

/** By a path that is the same on every machine where it can be: it is a part of the Lambda's inputs. */
function asset(file: string): pulumi.asset.Asset | pulumi.asset.Archive {
  const relative = path.relative(workingFolder, file);
  return fs.statSync(file).isDirectory()
    ? new pulumi.asset.FileArchive(relative)
    : new pulumi.asset.FileAsset(relative);
}

/** A handler that requires its packages by their names, wherever on this machine they were. */
async function byName(
  one: pulumi.asset.Asset | pulumi.asset.Archive,
): Promise<pulumi.asset.Asset | pulumi.asset.Archive> {
  if (!(one instanceof pulumi.asset.StringAsset)) return one;
  const text = await one.text;
  return new pulumi.asset.StringAsset(text.replaceAll(/\brequire\("[^"\n]*\/node_modules\//g, 'require("'));
}

function readPackageJson(folder: string): PackageJson {
  return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) as PackageJson;
}
