import { execFile } from "node:child_process";
import { access, constants, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { UsageError } from "./arguments";

/**
 * The outputs of a stack, and its name; without `name`, of the selected one. Throws {@link UsageError}.
 * https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_output/
 */
export async function readPulumiStack(
  name: string | undefined,
): Promise<{ name: string; outputs: Record<string, unknown> }> {
  const stack = name ?? (await run("stack", "--show-name")).trim();
  const outputs: unknown = JSON.parse(await run("stack", "output", "--json", "--stack", stack));
  return { name: stack, outputs: outputs as Record<string, unknown> };
}

/** A value of a stack's configuration. */
export interface ConfigValue {
  /** Absent of a secret, which is not asked for. */
  readonly value?: string;
  readonly secret?: boolean;
}

/**
 * The configuration of a stack under full names such as `aws:region`, with the defaults that Pulumi.yaml declares and
 * without what is secret. Throws {@link UsageError}. https://www.pulumi.com/docs/iac/cli/commands/pulumi_config/
 */
export async function readPulumiConfig(name: string): Promise<Record<string, ConfigValue>> {
  return JSON.parse(await run("config", "--json", "--stack", name)) as Record<string, ConfigValue>;
}

/** What Pulumi's command prints. Its own words, and what was run, are in the error when it fails. */
async function run(...words: string[]): Promise<string> {
  const own = await pulumiOnPath();
  const [program, ...args] =
    own === undefined ? (["npx", "pulumi", ...words] as const) : ([own, ...words] as const);
  const command = own === undefined ? "npx pulumi" : "pulumi";
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      cwd: path.resolve(__dirname, ".."),
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    throw new UsageError(
      `The stack cannot be read with \`${command} ${words.join(" ")}\`${own === undefined ? "" : ` (${own})`}:\n` +
        `${stderr.trim() || String(error)}\n` +
        `Name a stack with --stack (\`${command} stack ls\` lists them), or say --local for a local run.`,
    );
  }
}

/**
 * The `pulumi` that is installed on this machine. In a folder of npm's is only the npm package's, which downloads the
 * real one on first use: that is what npx runs.
 */
async function pulumiOnPath(): Promise<string | undefined> {
  const name = process.platform === "win32" ? "pulumi.exe" : "pulumi";
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    if (folder === "" || folder.endsWith(path.join("node_modules", ".bin"))) continue;
    const file = path.join(folder, name);
    const isProgram = await access(file, constants.X_OK).then(
      async () => (await stat(file)).isFile(),
      () => false,
    );
    if (isProgram) return file;
  }
  return undefined;
}
