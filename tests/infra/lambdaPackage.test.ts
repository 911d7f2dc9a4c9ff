import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { packageTree } from "../../infra/functions/lambdaPackage";

/** Packages by their places within `node_modules`, each with what it depends on. */
type Installed = Readonly<Record<string, readonly string[]>>;

describe("what a Lambda's package carries", () => {
  let folder: string;
  before(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), "installed-")));
  });
  after(() => rm(folder, { recursive: true }));

  async function install(name: string, installed: Installed): Promise<string> {
    const project = path.join(folder, name);
    for (const [place, dependencies] of Object.entries(installed)) {
      const own = path.join(project, "node_modules", place);
      await mkdir(own, { recursive: true });
      const manifest = {
        version: place,
        dependencies: Object.fromEntries(dependencies.map((one) => [one, "1"])),
      };
      await writeFile(path.join(own, "package.json"), JSON.stringify(manifest));
    }
    return project;
  }

  /** Puts an archive's packages in place, and asks Node from each of them for each that it depends on. */
  async function resolved(tree: Map<string, string>, name: string): Promise<Record<string, string>> {
    const archive = path.join(folder, `${name}-archive`);
    for (const [place, from] of tree) {
      await mkdir(path.join(archive, place), { recursive: true });
      const manifest = createRequire(__filename)(path.join(from, "package.json")) as object;
      await writeFile(path.join(archive, place, "package.json"), JSON.stringify(manifest));
    }
    const found: Record<string, string> = {};
    for (const [place, from] of tree) {
      const { version, dependencies } = createRequire(__filename)(path.join(from, "package.json")) as {
        version: string;
        dependencies: object;
      };
      for (const dependency of Object.keys(dependencies)) {
        const manifest = createRequire(path.join(archive, place, "x.js"))(`${dependency}/package.json`) as {
          version: string;
        };
        found[`${version} → ${dependency}`] = manifest.version;
      }
    }
    return found;
  }

  it("has of each package the version that Node finds on this machine, however npm has nested them", async () => {
    const project = await install("nested", {
      client: ["core", "shapes"],
      shapes: [],
      core: ["wire"],
      wire: ["shapes"],
      other: ["core"],
      // What `other` needs is another core, with another wire within, which in turn takes the shapes of all.
      "other/node_modules/core": ["wire", "shapes"],
      "other/node_modules/core/node_modules/wire": ["shapes"],
      "other/node_modules/core/node_modules/wire/node_modules/shapes": [],
      "other/node_modules/core/node_modules/shapes": [],
    });
    const tree = packageTree(["client", "other"], project);
    assert.deepEqual(await resolved(tree, "nested"), {
      "client → core": "core",
      "client → shapes": "shapes",
      "core → wire": "wire",
      "wire → shapes": "shapes",
      "other → core": "other/node_modules/core",
      "other/node_modules/core → wire": "other/node_modules/core/node_modules/wire",
      "other/node_modules/core → shapes": "other/node_modules/core/node_modules/shapes",
      "other/node_modules/core/node_modules/wire → shapes":
        "other/node_modules/core/node_modules/wire/node_modules/shapes",
    });
  });

  it("has the right one where links make two packages share it, as pnpm's do, and one between is another version", async () => {
    const project = await install("linked", {
      first: ["shapes", "wire"],
      shapes: [],
      wire: [],
      second: ["wire", "shapes"],
      "second/node_modules/wire": ["shapes"],
      "second/node_modules/shapes": [],
    });
    const modules = path.join(project, "node_modules");
    await mkdir(path.join(modules, "second/node_modules/wire/node_modules"));
    await symlink(
      path.join(modules, "shapes"),
      path.join(modules, "second/node_modules/wire/node_modules/shapes"),
    );
    const found = await resolved(packageTree(["first", "second"], project), "linked");
    assert.equal(found["second/node_modules/wire → shapes"], "shapes");
    assert.equal(found["second → shapes"], "second/node_modules/shapes");
  });
});
