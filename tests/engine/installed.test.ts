import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { evaluateProgram } from "../../local/program/program";
import type { Program } from "../../local/program/program";
import type { PackageEntry, Resource } from "../../local/program/resources";
import { unpack } from "../../local/services/lambda/functionPackage";
import { Deployment } from "../../testkit/engine/deployment";
import { Providers } from "../../testkit/engine/providers";
import {
  copyExample,
  extract,
  installFlat,
  installLinked,
  installNested,
  packProject,
} from "../../testkit/installed";
import { describeEngine, pulumiFolder } from "./describeEngine";
import { requireOrder } from "./rules";
import { wentWell } from "./stage";

const root = path.resolve(__dirname, "../..");
const project = "media-site";

describeEngine("the package in another program", () => {
  let folder: string;
  let tarball: string;
  /** What the program's own Lambdas hold; tests/handlers/packages.test.ts runs them. */
  let own: Promise<Record<string, string>>;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "installed-"));
    tarball = packProject(folder);
    own = evaluate(root, "video-thumbnailer", { prefixes: ["uploads/"], storyboard: true }).then(
      ({ resources }) => contentsOf(resources, path.join(folder, "own")),
    );
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("has all that the worker's image is built from, as the repository has it", () => {
    const packed = path.join(folder, "packed");
    extract(tarball, packed);
    const inContext = (file: string) => /^(contract|worker|ffmpeg-image)\/|^\.dockerignore$/.test(file);
    const tracked = spawnSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).stdout.split("\n");
    const files = readdirSync(packed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(packed, path.join(entry.parentPath, entry.name)));
    // npm packs no .npmrc; this one is for whoever works on the worker.
    const expected = tracked.filter((file) => inContext(file) && file !== "worker/.npmrc");
    assert.deepEqual(files.filter(inContext).sort(), expected.sort());
    for (const file of expected)
      assert.ok(readFileSync(path.join(packed, file)).equals(readFileSync(path.join(root, file))), file);
    const dockerfile = readFileSync(path.join(packed, "ffmpeg-image/Dockerfile"), "utf8");
    for (const [, sources = ""] of dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm))
      for (const source of sources.split(" ").filter((one) => !one.includes("*")))
        assert.ok(existsSync(path.join(packed, source)), source);
  });

  const layouts: [title: string, install: (at: string) => string][] = [
    [
      "whose package.json lies beside the program",
      (at) => {
        copyExample("typescript", at);
        installFlat(tarball, at);
        return at;
      },
    ],
    [
      "that is one of a workspace, with its packages above",
      (at) => {
        const program = path.join(at, "programs", "site");
        copyExample("typescript", program);
        installFlat(tarball, at);
        writeFileSync(path.join(at, "package.json"), '{ "private": true, "workspaces": ["programs/*"] }');
        return program;
      },
    ],
    [
      "that has another version of an SDK client",
      (at) => {
        copyExample("typescript", at);
        installNested(tarball, at, "@aws-sdk/client-ecs");
        return at;
      },
    ],
    [
      "whose packages are links, as pnpm makes them",
      (at) => {
        copyExample("typescript", at);
        installLinked(tarball, at);
        return at;
      },
    ],
  ];
  for (const [index, [title, install]] of layouts.entries()) {
    it(`gives it the Lambdas of the program itself, file by file: one ${title}`, async () => {
      const at = path.join(folder, `layout-${index}`);
      mkdirSync(at);
      const program = await evaluate(install(at));
      const functions = program.resources.filter(({ type }) => type === "aws:lambda/function:Function");
      assert.equal(functions.length, 3);
      assert.deepEqual(await contentsOf(functions, path.join(folder, `unpacked-${index}`)), await own);
    });
  }

  it("is deployed by the engine, on the bucket and in the network that are there", async () => {
    const at = path.join(folder, "deployed");
    copyExample("typescript", at);
    installFlat(tarball, at);
    const providers = await Providers.start();
    try {
      const config = settings();
      const home = path.join(folder, "home");
      const stack = new Deployment({
        providers,
        cliFolder: pulumiFolder(),
        home,
        stack: "dev",
        project,
        config,
      });
      const deployed = wentWell(await stack.run("up", at));
      requireOrder(deployed.resources);
      const image = deployed.resources.find(({ type }) => type === "docker-build:index:Image");
      assert.deepEqual(image?.inputs?.["context"], { location: "node_modules/video-thumbnailer" });
      assert.deepEqual(
        deployed.resources.filter(({ type }) => /^aws:(s3|ec2\/vpc)/.test(type)).map(({ type }) => type),
        [],
      );
      wentWell(await stack.run("destroy", at));
      assert.deepEqual(providers.account.all(), []);
    } finally {
      await providers.stop();
    }
  });
});

function settings(): Record<string, unknown> {
  return { bucketName: "media", vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"] };
}

function evaluate(folder: string, name = project, further: Record<string, unknown> = {}): Promise<Program> {
  const own = Object.entries({ ...settings(), ...further }).map(([key, value]) => [
    `${name}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return evaluateProgram(folder, {
    project: name,
    stack: "dev",
    region: "eu-west-1",
    config: { "aws:region": "eu-west-1", ...(Object.fromEntries(own) as Record<string, string>) },
    queueEndpoint: "https://sqs.eu-west-1.amazonaws.com",
  });
}

/** Each file of each Lambda's package, as `onVideoUploaded/__index.js`, unpacked into a folder. */
async function contentsOf(resources: readonly Resource[], folder: string): Promise<Record<string, string>> {
  for (const { type, name, inputs } of resources) {
    if (type !== "aws:lambda/function:Function") continue;
    const { entries } = inputs["code"] as { entries: PackageEntry[] };
    await unpack(entries, path.join(folder, name.slice(name.indexOf("-") + 1)));
  }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [path.relative(folder, file), readFileSync(file, "utf8")]),
  );
}
