import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Deployment } from "../../testkit/engine/deployment";
import { Plugin } from "../../testkit/engine/plugin";
import { Providers } from "../../testkit/engine/providers";
import { describeEngine, pulumiFolder } from "./describeEngine";
import { requireOrder } from "./rules";
import { wentWell } from "./stage";

const root = path.resolve(__dirname, "../..");
const project = "media-site";
const token = "video-thumbnailer:index:VideoThumbnailer";
const settings = { bucketName: "media", vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"] };

/** What the SDK of any language does: it registers the component by its name, and the engine asks the plugin for it. */
const program = `
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
const config = new pulumi.Config();
const topic = new aws.sns.Topic("videos");
class VideoThumbnailer extends pulumi.ComponentResource {
  declare readonly thumbnailTopicArn: pulumi.Output<string>;
  declare readonly bucketName: pulumi.Output<string>;
  declare readonly videoPrefixes: pulumi.Output<string[]>;
  declare readonly logGroupNames: pulumi.Output<Record<string, string>>;
}
const outputs = { thumbnailTopicArn: undefined, bucketName: undefined, videoPrefixes: undefined, logGroupNames: undefined };
const bucketName = config.getBoolean("isOutput") ? topic.arn.apply(() => "media") : config.get("bucketName");
const width = config.getNumber("width");
const thumbnails = new VideoThumbnailer("${token}", "thumbnails", { ...outputs, bucketName, prefixes: ["uploads/"],
  vpcId: config.get("vpcId"), subnetIds: config.getObject("subnetIds"), thumbnailWidth: width }, {}, true);
export const { thumbnailTopicArn, videoPrefixes, logGroupNames } = thumbnails;
export const mediaBucket = thumbnails.bucketName;
`;

describeEngine("the component in any language, as a plugin", () => {
  let folder: string;
  let providers: Providers;
  let plugin: Plugin;
  let stack: Deployment;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "plugin-"));
    providers = await Providers.start();
    const options = { providers, cliFolder: pulumiFolder(), home: path.join(folder, "home"), project };
    stack = new Deployment({ ...options, stack: "dev" });
    mkdirSync(path.join(folder, "program"));
    writeFileSync(path.join(folder, "program", "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
    writeFileSync(path.join(folder, "program", "index.ts"), program);
    // Above the program, where what the plugin names must not be found by chance.
    symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    cpSync(path.join(root, "examples", "yaml"), path.join(folder, "yaml"), { recursive: true });
    plugin = await Plugin.start(path.join(folder, "program"), stack.environment);
    providers.attach("video-thumbnailer", plugin.port);
  });
  after(async () => {
    await plugin.stop();
    await providers.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const outputsOf = (resources: readonly { type: string; outputs?: Record<string, unknown> }[]) =>
    resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  const run = (
    operation: "preview" | "up" | "destroy",
    config: Record<string, unknown>,
    name = "program",
  ) => {
    stack.config = config;
    return stack.run(operation, path.join(folder, name));
  };

  it("has the schema that docs/schemas/component.json is", async () => {
    const file = path.join(root, "docs/schemas/component.json");
    const schema = await plugin.schema();
    if (process.argv.includes("--update")) writeFileSync(file, `${JSON.stringify(schema, undefined, 2)}\n`);
    assert.deepEqual(
      schema,
      JSON.parse(readFileSync(file, "utf8")),
      "The component's schema has changed. If that is meant, `npm run test:engine -- --update` writes it anew.",
    );
  });

  it("says what is wrong with an argument, before anything is created", async () => {
    const { error = "", messages } = await run("up", { ...settings, width: -1 });
    assert.match([error, ...messages].join("\n"), /thumbnailWidth.*-1/);
    // The program's own topic may be there already: the engine makes it at the same time.
    assert.deepEqual(
      providers.account.all().filter(({ id }) => !/:videos-\w+$/.test(id)),
      [],
    );
  });

  it("is the whole pipeline, from a folder without a package.json, and changes nothing the second time", async () => {
    const reply = wentWell(await run("up", settings));
    assert.deepEqual(reply.messages, []);
    requireOrder(reply.resources);
    const component = reply.resources.find(({ type }) => type === token);
    const inside = reply.resources.filter(({ urn }) => urn.includes(`${token}$`));
    assert.ok(component !== undefined && inside.length > 50, String(inside.length));
    const outputs = outputsOf(reply.resources);
    assert.equal(outputs["mediaBucket"], "media");
    assert.deepEqual(outputs["videoPrefixes"], ["uploads/"]);
    assert.match(String(outputs["thumbnailTopicArn"]), /^arn:aws:sns:eu-west-1:.*thumbnails-thumbnails/);
    assert.ok("workers" in (outputs["logGroupNames"] as object));
    const image = reply.resources.find(({ type }) => type === "docker-build:index:Image");
    const { context } = (image?.inputs ?? {}) as { context?: { location: string } };
    assert.equal(path.resolve(folder, "program", context?.location ?? ""), root);
    const again = wentWell(await run("preview", settings));
    assert.deepEqual(
      again.steps.filter(({ op }) => op !== "same" && op !== "read"),
      [],
    );
  });

  it("goes on where its bucket's name is another resource's output", async () => {
    wentWell(await run("up", { ...settings, isOutput: true }));
    const { error } = await run("destroy", settings);
    assert.equal(error, undefined);
    assert.deepEqual(providers.account.all(), []);
  });

  it("is what examples/yaml makes of it", async function () {
    if (spawnSync("pulumi-language-yaml", ["-help"], { env: stack.environment }).error !== undefined) {
      console.log("Skipped: pulumi-language-yaml is not on the PATH; Pulumi's installation has it.");
      this.skip();
    }
    const reply = wentWell(await run("up", settings, "yaml"));
    const outputs = outputsOf(reply.resources);
    assert.match(String(outputs["thumbnailTopicArn"]), /^arn:aws:sns:eu-west-1:/);
    assert.match(String(outputs["failedJobsQueueUrl"]), /^https:\/\/sqs\./);
    assert.equal((await run("destroy", settings, "yaml")).error, undefined);
    assert.deepEqual(providers.account.all(), []);
  });
});
