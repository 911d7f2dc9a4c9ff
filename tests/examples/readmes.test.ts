import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { readArguments } from "../../local/cli/arguments";
import { Stack } from "../infra/registered";

const root = path.join(__dirname, "../..");
const examples = readdirSync(path.join(root, "examples"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

interface PackageJson {
  readonly scripts?: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

const read = (...names: string[]) => readFileSync(path.join(root, ...names), "utf8");
/** Of an example in another language there is none. */
const packageOf = (...names: string[]): PackageJson =>
  existsSync(path.join(root, ...names, "package.json"))
    ? (JSON.parse(read(...names, "package.json")) as PackageJson)
    : {};
const settingsIn = (text: string) => Object.keys((load(text) as { config?: object }).config ?? {});

/** The files of an example's own that a command or a variable can be in. */
function sources(example: string): string {
  const folder = path.join(root, "examples", example);
  const own = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => !name.includes("node_modules") && /\.(?:mjs|ts|py|ya?ml|html|json)$/.test(name),
  );
  return own.map((name) => readFileSync(path.join(folder, name), "utf8")).join("\n");
}

/** The commands in a README: blocks that are indented or fenced as a shell's, lines that end in \ put together. */
function commandsIn(readme: string): string[] {
  const fenced = [...readme.matchAll(/^```(?:sh|bash|console)\n(.*?)^```/gms)].map(([, block = ""]) => block);
  const indented = readme.split("\n").flatMap((line) => (/^ {4}\S| {6}/.test(line) ? [line.trim()] : []));
  return [...fenced, indented.join("\n")]
    .join("\n")
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.replace(/ {2,}#.*$/, "").trim())
    .filter((line) => line !== "");
}

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = ""]) => found);

let stack: Promise<Stack> | undefined;

for (const example of examples) {
  describe(`examples/${example}/README.md`, function () {
    this.timeout(30_000);
    const readme = read("examples", example, "README.md");
    const commands = commandsIn(readme);
    const text = commands.join("\n");

    it("has commands", () => {
      assert.notEqual(commands.length, 0);
    });

    it("names npm scripts that there are", () => {
      const here = packageOf();
      const own = packageOf("examples", example);
      for (const script of all(text, /npm run ([\w:-]+)/g))
        assert.ok(script in { ...here.scripts, ...own.scripts }, script);
      for (const script of all(text, /npm (start|test)\b/g)) assert.ok(script in (own.scripts ?? {}), script);
    });

    it("names options of the local run that there are, and settings of the stack's", () => {
      const settings = settingsIn(read("Pulumi.yaml"));
      for (const line of commands.filter((one) => one.includes("npm run local -- "))) {
        const args = line.slice(line.indexOf(" -- ") + 4).split(" ");
        const { config } = readArguments(args);
        for (const key of Object.keys(config)) assert.ok(settings.includes(key), `${key} in: ${line}`);
      }
    });

    it("names outputs of the stack's that there are", async () => {
      const named = all(text, /pulumi stack output (\w+)/g);
      if (named.length === 0) return;
      const { outputs } = await (stack ??= Stack.evaluate());
      for (const output of named) assert.ok(output in outputs, output);
    });

    it("names settings of its own, or of the stack's, that there are", () => {
      const named = all(text, /pulumi config set (?:--path )?'?([\w:-]+)/g).filter(
        (key) => key !== "aws:region",
      );
      if (named.length === 0) return;
      const source = sources(example);
      const settings = settingsIn(read("Pulumi.yaml"));
      for (const key of named)
        assert.ok(settings.includes(key) || new RegExp(`\\b${key}\\b`).test(source), key);
    });

    it("starts programs that are there, with options that they have", () => {
      for (const line of commands)
        for (const program of all(line, /\bnode ((?:[\w.-]+\/)*[\w.-]+\.m?[jt]s)/g)) {
          const source = read(program.includes("/") ? program : path.join("examples", example, program));
          for (const option of all(line, / --([\w-]+)/g))
            assert.match(source, new RegExp(`\\b${option}\\b`), `--${option} in: ${line}`);
        }
    });

    it("names variables that it reads, with the values that they have without", () => {
      const source = sources(example);
      const inCommands = all(text, /(?:^|\s)([A-Z][A-Z0-9_]+)="/gm);
      const inText = [...readme.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)` \((`?)([^)`]+)\2\)/g)];
      for (const [, name = "", , value = ""] of inText)
        if (source.includes(name) && /^[\w./]+$/.test(value))
          assert.ok(source.includes(`"${value}"`), `${name} is ${value}`);
      const ofTheSdk = ["AWS_REGION", "AWS_PROFILE"];
      for (const name of [...inCommands, ...inText.map(([, found = ""]) => found)])
        assert.ok(ofTheSdk.includes(name) || source.includes(name), name);
    });

    it("names files of its own that there are", () => {
      for (const file of all(text, /file:\/\/([\w./-]+)/g)) assert.ok(read("examples", example, file));
    });
  });
}

describe("the examples' packages", () => {
  const here = packageOf();
  const installed = { ...here.dependencies, ...here.devDependencies };

  for (const example of ["upload", "subscriber-lambda", "subscriber-https"])
    it(`of ${example} are those that it is tested with`, () => {
      const { dependencies, devDependencies } = packageOf("examples", example);
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
        // The forms' package wants the client of its own version, which has the same forms.
        if (example === "upload" && name === "@aws-sdk/client-s3")
          assert.equal(version, dependencies?.["@aws-sdk/s3-presigned-post"]);
        else assert.equal(version, installed[name], name);
      }
    });
});
