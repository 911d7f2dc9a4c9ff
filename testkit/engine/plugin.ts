import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest } from "@pulumi/pulumi/proto/provider_pb";

const root = path.resolve(__dirname, "../..");

/** A property of a Pulumi schema, https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/ */
export interface PropertySpec {
  type: string;
  description?: string;
  plain?: boolean;
  items?: PropertySpec;
  additionalProperties?: PropertySpec;
}

export interface PackageSpec {
  name: string;
  version: string;
  types: Record<string, unknown>;
  resources: Record<
    string,
    {
      isComponent: boolean;
      inputProperties: Record<string, PropertySpec>;
      requiredInputs: string[];
      properties: Record<string, PropertySpec>;
      required: string[];
    }
  >;
}

/** This repository as a plugin, in a process as Pulumi's host of Node's plugins starts it: from the program's folder. */
export class Plugin {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  static async start(programFolder: string, env: NodeJS.ProcessEnv = process.env): Promise<Plugin> {
    const child = fork(require.resolve("@pulumi/pulumi/cmd/run-plugin"), [root], {
      cwd: programFolder,
      env,
      execArgv: [],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const printed: string[] = [];
    child.stderr?.on("data", (data: Buffer) => printed.push(data.toString()));
    for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
      if (/^\d+$/.test(line)) return new Plugin(Number(line), child);
      printed.push(`${line}\n`);
    }
    throw new Error(`The plugin ended before it listened.\n${printed.join("")}`);
  }

  async schema(): Promise<PackageSpec> {
    const client = new ResourceProviderClient(`127.0.0.1:${this.port}`, grpc.credentials.createInsecure());
    try {
      return await new Promise((resolve, reject) => {
        client.getSchema(new GetSchemaRequest(), (error, response) => {
          if (error === null) resolve(JSON.parse(response.getSchema()) as PackageSpec);
          else reject(error);
        });
      });
    } finally {
      client.close();
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.kill();
    await once(this.child, "exit");
  }
}
