import assert from "node:assert/strict";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { evaluateProgram } from "../../local/program/program";
import type { Resource } from "../../local/program/resources";

const root = path.resolve(__dirname, "../..");

/** What a program of somebody's own registers, of which these are the component's arguments and options as it writes them. */
async function registeredWith(args: string, options = "{}"): Promise<Resource[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "own-program-"));
  try {
    for (const shared of ["node_modules", "tsconfig.json"])
      await symlink(path.join(root, shared), path.join(folder, shared));
    await writeFile(path.join(folder, "package.json"), "{}");
    await writeFile(
      path.join(folder, "index.ts"),
      `const { VideoThumbnailer } = require(${JSON.stringify(path.join(root, "component.ts"))});\n` +
        `new VideoThumbnailer("clips", { imageUri: "a/b:c", ...${args} }, ${options});\n`,
    );
    const { resources } = await evaluateProgram(folder, {
      project: "own",
      stack: "dev",
      region: "eu-west-1",
      config: { "aws:region": "eu-west-1" },
      queueEndpoint: "https://sqs.eu-west-1.amazonaws.com",
    });
    return resources;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const tagsOf = (resources: Resource[], typeEnd: string) =>
  resources.filter(({ type }) => type.endsWith(typeEnd)).map(({ inputs }) => inputs["tags"]);

describe("the component in somebody's own program", function () {
  this.timeout(60_000);

  it("leaves tags that the program's own transformation adds", async () => {
    const own = `({ type, props, opts }) =>
      type === "aws:iam/role:Role" ? { props: { ...props, tags: { ...props.tags, owner: "me" } }, opts } : undefined`;
    const resources = await registeredWith("{}", `{ transformations: [${own}] }`);
    for (const tags of tagsOf(resources, "iam/role:Role"))
      assert.deepEqual(tags, { project: "own", stack: "dev", owner: "me" });
    assert.ok(tagsOf(resources, "iam/role:Role").length > 3);
  });

  it("gives no role two tags whose keys differ in their case alone, which IAM refuses", async () => {
    const resources = await registeredWith(`{ tags: { Project: "Clips", Team: "media" } }`);
    for (const tags of tagsOf(resources, "iam/role:Role"))
      assert.deepEqual(tags, { Project: "Clips", stack: "dev", Team: "media" });
  });
});
