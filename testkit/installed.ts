import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(__dirname, "..");
const ownName = "video-thumbnailer";
/** What handlers require by name; a link would lead Node out of the layout, to where this project has it. */
const clients = ["ecs", "s3", "sns", "sqs"].map((service) => `@aws-sdk/client-${service}`);

/** Packs this project as npm does, and gives the path of the tarball in `folder`. Takes some ten seconds. */
export function packProject(folder: string): string {
  const printed = execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return path.join(folder, printed.trim().split("\n").at(-1) ?? "");
}

/** What a packed project holds, in a folder. */
export function extract(tarball: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  execFileSync("tar", [
    "--extract",
    "--gzip",
    "--file",
    tarball,
    "--directory",
    folder,
    "--strip-components=1",
  ]);
}

/** As `npm install` of the tarball does: all packages lie beside each other. No registry is asked. */
export function installFlat(tarball: string, folder: string): void {
  const modules = path.join(folder, "node_modules");
  extract(tarball, path.join(modules, ownName));
  linkPackages(modules);
}

/** As where the program uses another version of an SDK client: the one that we need lies within our package. */
export function installNested(tarball: string, folder: string, client: string): void {
  const modules = path.join(folder, "node_modules");
  const own = path.join(modules, ownName);
  extract(tarball, own);
  linkPackages(modules, [client]);
  const other = path.join(modules, client);
  mkdirSync(path.join(other, "dist-cjs"), { recursive: true });
  writeFileSync(path.join(other, "package.json"), `{ "name": "${client}", "version": "0.0.1" }`);
  writeFileSync(path.join(other, "dist-cjs", "index.js"), `throw new Error("another version of ${client}");`);
  copy(client, path.join(own, "node_modules"));
}

/** As pnpm does: the program has a link to a folder whose dependencies are links beside it, and so have they. */
export function installLinked(tarball: string, folder: string): void {
  const modules = path.join(folder, "node_modules");
  const store = (name: string) => path.join(modules, ".pnpm", name.replace("/", "+"), "node_modules");
  extract(tarball, path.join(store(ownName), ownName));
  symlinkSync(path.join(store(ownName), ownName), path.join(modules, ownName));
  link("@pulumi/pulumi", modules);
  linkPackages(store(ownName), clients);
  for (const client of clients) {
    copy(client, store(client));
    linkPackages(store(client), [client]);
    symlinkSync(path.join(store(client), client), path.join(store(ownName), client));
  }
}

/** Copies an example's files, without what npm has put there. */
export function copyExample(name: string, folder: string): void {
  cpSync(path.join(root, "examples", name), folder, {
    recursive: true,
    filter: (source) => path.basename(source) !== "node_modules",
  });
}

/**
 * As `npm install` of a program does: what it depends on at run time as npm puts it there, which Pulumi packs for a Lambda by
 * where it really lies, and all other packages of this project as links.
 */
export function installDependencies(folder: string): void {
  const modules = path.join(folder, "node_modules");
  const needed = [...withDependencies(dependenciesOf(folder))];
  for (const name of needed) copy(name, modules);
  linkPackages(modules, needed);
}

function withDependencies(names: readonly string[], found = new Set<string>()): Set<string> {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    withDependencies(dependenciesOf(path.join(root, "node_modules", name)), found);
  }
  return found;
}

function dependenciesOf(folder: string): string[] {
  const text = readFileSync(path.join(folder, "package.json"), "utf8");
  return Object.keys((JSON.parse(text) as { dependencies?: Record<string, string> }).dependencies ?? {});
}

function linkPackages(modules: string, without: readonly string[] = []): void {
  for (const name of installedPackages()) if (!without.includes(name)) link(name, modules);
}

function installedPackages(): string[] {
  const own = path.join(root, "node_modules");
  return readdirSync(own)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) =>
      name.startsWith("@") ? readdirSync(path.join(own, name)).map((one) => `${name}/${one}`) : [name],
    );
}

function link(name: string, modules: string): void {
  mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
  symlinkSync(path.join(root, "node_modules", name), path.join(modules, name));
}

function copy(name: string, modules: string): void {
  cpSync(path.join(root, "node_modules", name), path.join(modules, name), { recursive: true });
}
