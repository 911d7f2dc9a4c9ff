import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import type { PackageSpec, PropertySpec } from "../../testkit/engine/plugin";

const root = path.join(__dirname, "../..");
const read = (...names: string[]) => readFileSync(path.join(root, ...names), "utf8");
const schema = JSON.parse(read("docs/schemas/component.json")) as PackageSpec;
const component = schema.resources["video-thumbnailer:index:VideoThumbnailer"]!;

/** Names of the properties that a file declares at its outermost level, as `  readonly name?: …`. */
const declared = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = ""]) => name);
/** As Pulumi's SDKs of Python write it. */
const snakeCase = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** That a value fits, and not only its name; what a program takes from elsewhere may be anything. */
function requireType(value: unknown, { type, items }: PropertySpec, name: string): void {
  if (typeof value === "string" && value.startsWith("${")) return;
  if (type === "array") {
    assert.ok(Array.isArray(value), name);
    for (const one of value) requireType(one, items!, name);
  } else assert.equal(typeof value, type, name);
}

describe("the component's schema", () => {
  it("has the package's name and version, and no types of its own", () => {
    const { name, version } = JSON.parse(read("package.json")) as { name: string; version: string };
    assert.deepEqual([schema.name, schema.version, schema.types], [name, version, {}]);
  });

  it("has each argument, none of them required, and each output, all with a description", () => {
    const args = declared(read("infra/settings/args.ts"), /^ {2}(\w+)\?: /gm);
    const outputs = declared(read("infra/videoThumbnailer.ts"), /^ {2}readonly (\w+)\??: pulumi\.Output/gm);
    assert.ok(args.length > 30 && outputs.length > 20);
    assert.deepEqual(Object.keys(component.inputProperties).sort(), args.sort());
    assert.deepEqual(component.requiredInputs, []);
    assert.deepEqual(Object.keys(component.properties).sort(), outputs.sort());
    for (const [name, { description = "" }] of [
      ...Object.entries(component.inputProperties),
      ...Object.entries(component.properties),
    ])
      assert.notEqual(description, "", name);
  });

  it("takes outputs of others for what others have made, and for nothing else", () => {
    const names = Object.entries(component.inputProperties).flatMap(([name, { plain }]) =>
      plain === true ? [] : [name],
    );
    assert.deepEqual(names.sort(), [
      "accessLogsBucket",
      "bucketName",
      "kmsKeyArn",
      "outputBucketName",
      "permissionsBoundary",
      "securityGroupId",
      "subnetIds",
      "vpcId",
    ]);
    const text = /These may be outputs[^.]*\./.exec(read("docs/component.md"))?.[0] ?? "";
    for (const name of names) assert.ok(text.includes(`\`${name}\``), name);
  });

  it("is of lists, maps and plain values alone", () => {
    for (const [name, { type, items, additionalProperties }] of Object.entries(component.inputProperties)) {
      assert.match(type, /^(string|number|boolean|array|object)$/, name);
      assert.equal(type === "array" ? items?.type : "string", "string", name);
      assert.equal(type === "object" ? additionalProperties?.type : "string", "string", name);
    }
  });
});

describe("examples in other languages", () => {
  it("of YAML have arguments and outputs that there are, by their types", () => {
    const { resources, outputs } = load(read("examples/yaml/Pulumi.yaml")) as {
      resources: Record<string, { type: string; properties: Record<string, unknown> }>;
      outputs: Record<string, string>;
    };
    const [[name, { type, properties }] = ["", { type: "", properties: {} }]] = Object.entries(resources);
    assert.equal(type, "video-thumbnailer:VideoThumbnailer");
    for (const [key, value] of Object.entries(properties)) {
      const property = component.inputProperties[key];
      assert.ok(property !== undefined, key);
      requireType(value, property, key);
    }
    for (const value of Object.values(outputs)) {
      const [, resource, output = ""] = /^\$\{(\w+)\.(\w+)\}$/.exec(value) ?? [];
      assert.equal(resource, name);
      assert.ok(output in component.properties, value);
    }
  });

  it("of Python have arguments and outputs that there are", () => {
    const source = read("examples/python/__main__.py");
    const inputs = Object.keys(component.inputProperties).map(snakeCase);
    const outputs = Object.keys(component.properties).map(snakeCase);
    const used = declared(source, /^ {4}(\w+)=/gm);
    assert.notEqual(used.length, 0);
    for (const name of used) assert.ok(inputs.includes(name), name);
    for (const name of declared(source, /\bthumbnails\.(\w+)/g)) assert.ok(outputs.includes(name), name);
  });

  it("do what the one in TypeScript does, which is ten lines", () => {
    const properties = (text: string, pattern: RegExp) => declared(text, pattern).map(snakeCase).sort();
    const source = read("examples/typescript/index.ts");
    assert.ok(source.split("\n").filter((line) => line.trim() !== "").length <= 10);
    const typescript = properties(source, /^ {2}(\w+): /gm);
    const yaml = properties(read("examples/yaml/Pulumi.yaml"), /^ {6}(\w+): (?!string|array|The |Its )/gm);
    assert.deepEqual(
      yaml.filter((name) => typescript.includes(name)),
      typescript,
    );
    assert.deepEqual(declared(read("examples/python/__main__.py"), /^ {4}(\w+)=/gm).sort(), typescript);
  });
});
