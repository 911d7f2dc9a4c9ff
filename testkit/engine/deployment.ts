import { fork } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import yaml from "js-yaml";
import type { OperationReply, OperationRequest } from "./operation";
import type { Providers } from "./providers";

export interface DeploymentOptions {
  providers: Providers;
  /** The folder with Pulumi's command line. */
  cliFolder: string;
  /** A folder for Pulumi's own files and the stack's state: another one is another user. */
  home: string;
  stack: string;
  /** The name in the program's Pulumi.yaml; by default this project's. */
  project?: string;
  /** The project's own settings, as their YAML would be. */
  config?: Record<string, unknown>;
}

/** A stack of the program in Pulumi's real engine, with its state in a folder. */
export class Deployment {
  /** The stack's settings; they can be changed between two operations. */
  config: Record<string, unknown>;
  /** Whether `docker` answers on this machine. */
  hasDocker = true;
  /** What encrypts the stack's secrets, as Pulumi wrote it into the stack's file. */
  private encryption: Record<string, unknown> = {};

  constructor(private readonly options: DeploymentOptions) {
    this.config = options.config ?? {};
    mkdirSync(path.join(options.home, "state"), { recursive: true });
  }

  /** Runs an operation from a folder with the program, and tells what it did; its failure is no error here. */
  async run(operation: OperationRequest["operation"], folder: string): Promise<OperationReply> {
    const { stack, project = "video-thumbnailer" } = this.options;
    const file = path.join(folder, `Pulumi.${stack}.yaml`);
    const config = { "aws:region": "eu-west-1", ...prefixed(project, this.config) };
    writeFileSync(file, yaml.dump({ ...this.encryption, config }, { skipInvalid: true }));
    const child = fork(path.join(__dirname, "operation.ts"), {
      cwd: folder,
      env: this.environment,
      execArgv: ["--require", require.resolve("../../scripts/typescript.cjs")],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const printed: string[] = [];
    child.stderr?.on("data", (data: Buffer) => printed.push(data.toString()));
    child.send({ operation, project, stack } satisfies OperationRequest);
    const reply = await new Promise<OperationReply>((resolve, reject) => {
      child.once("message", (message) => {
        resolve(message as OperationReply);
      });
      child.once("close", (code) => {
        reject(
          new Error(`pulumi ${operation} ended with ${String(code)} and no answer.\n${printed.join("")}`),
        );
      });
    });
    const settings = yaml.load(readFileSync(file, "utf8")) as Record<string, unknown>;
    this.encryption = { ...settings, config: undefined };
    return reply;
  }

  /** What the engine runs with, and its plugins. */
  get environment(): NodeJS.ProcessEnv {
    const { providers, cliFolder, home } = this.options;
    return {
      PATH: [this.dockerFolder(), cliFolder, process.env["PATH"]].join(path.delimiter),
      HOME: home,
      PULUMI_HOME: path.join(home, "pulumi"),
      PULUMI_BACKEND_URL: `file://${path.join(home, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "secret",
      PULUMI_DEBUG_PROVIDERS: providers.addresses,
      ...providers.bucketsThatAreThere.environment,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
  }

  /** A folder whose program `docker` answers as one does whose engine runs, or does not run. */
  private dockerFolder(): string {
    const folder = path.join(this.options.home, this.hasDocker ? "docker" : "no-docker");
    const file = path.join(folder, "docker");
    if (existsSync(file)) return folder;
    mkdirSync(folder, { recursive: true });
    const answer = this.hasDocker ? "echo 28.2.2" : "echo Cannot connect to the Docker daemon. >&2; exit 1";
    writeFileSync(file, `#!/bin/sh\n${answer}\n`);
    chmodSync(file, 0o755);
    return folder;
  }
}

function prefixed(project: string, config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [`${project}:${key}`, value]));
}
