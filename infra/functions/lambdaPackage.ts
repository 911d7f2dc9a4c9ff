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
  const modules = [...packageTree(packages, projectFolder)].flatMap(([place, folder]) =>
    loadedByNode(folder).map((part) => [`${place}/${part}`, asset(path.join(folder, part))] as const),
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
 * The folders of packages and of all they depend on, by their places in the archive: beside all others, or, where Node would
 * find another version, within the package that needs it. All of one package's are placed before theirs are, so that none
 * comes later to stand in another's way.
 */
export function packageTree(packages: readonly string[], dependent: string): Map<string, string> {
  const tree = new Map<string, string>();
  const waiting = [{ names: packages, folder: dependent, place: "" }];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    for (const name of next.names) {
      const folder = findPackage(name, next.folder);
      const found = placeFound(name, next.place, tree);
      if (found !== undefined && tree.get(found) === folder) continue;
      const place = within(found === undefined ? "" : next.place, name);
      tree.set(place, folder);
      waiting.push({ names: Object.keys(readPackageJson(folder).dependencies ?? {}), folder, place });
    }
  }
  return tree;
}

/** The place in the archive where Node finds a package that what is at `dependent` requires; undefined for nowhere. */
function placeFound(name: string, dependent: string, tree: Map<string, string>): string | undefined {
  const place = within(dependent, name);
  if (tree.has(place)) return place;
  if (dependent === "") return undefined;
  const above = dependent.slice(0, dependent.lastIndexOf("node_modules/")).replace(/\/$/, "");
  return placeFound(name, above, tree);
}

/** Archives have slashes, whatever this machine's paths have. */
function within(dependent: string, name: string): string {
  return path.posix.join(dependent, "node_modules", name);
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

/**
 * A handler that requires its packages by their names, wherever on this machine they were. Of its asset, an output has made a
 * plain object.
 */
async function byName(
  one: pulumi.asset.Asset | pulumi.asset.Archive,
): Promise<pulumi.asset.Asset | pulumi.asset.Archive> {
  const text = await (one as Partial<pulumi.asset.StringAsset>).text;
  if (text === undefined) return one;
  return new pulumi.asset.StringAsset(text.replaceAll(/\brequire\("[^"\n]*\/node_modules\//g, 'require("'));
}

function readPackageJson(folder: string): PackageJson {
  return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) as PackageJson;
}
