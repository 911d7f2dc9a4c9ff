import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Account } from "./aws/account";
import { AwsProvider } from "./aws/provider";
import { BucketsThatAreThere } from "./bucketsThatAreThere";
import { DockerBuildProvider } from "./dockerBuild";
import { CallLog } from "./wire/calls";
import { serviceOf } from "./wire/service";
import type { Provider } from "./wire/service";

/** Providers for the engine to attach to, one AWS account that they all work in, and what they were asked for. */
export class Providers {
  readonly account = new Account();
  readonly log = new CallLog();
  readonly aws = new AwsProvider(this.account);
  private readonly servers: grpc.Server[] = [];
  private awsx?: ChildProcess;
  private ports: Record<string, number> = {};

  private constructor(readonly bucketsThatAreThere: BucketsThatAreThere) {}

  static async start(): Promise<Providers> {
    const providers = new Providers(await BucketsThatAreThere.start());
    providers.ports = {
      aws: await providers.serve(providers.aws),
      "docker-build": await providers.serve(new DockerBuildProvider(providers.account)),
      awsx: await providers.startAwsx(),
    };
    return providers;
  }

  /** What the engine reads in PULUMI_DEBUG_PROVIDERS. */
  get addresses(): string {
    return Object.entries(this.ports)
      .map(([name, port]) => `${name}:${port}`)
      .join(",");
  }

  /** Has the engine attach to a plugin that already listens, too. */
  attach(name: string, port: number): void {
    this.ports[name] = port;
  }

  async stop(): Promise<void> {
    this.bucketsThatAreThere.stop();
    for (const server of this.servers) server.forceShutdown();
    if (this.awsx?.exitCode !== null) return;
    this.awsx.kill();
    await once(this.awsx, "exit");
  }

  private async serve(provider: Provider): Promise<number> {
    const server = new grpc.Server({
      // A Lambda's package is one message.
      "grpc.max_receive_message_length": -1,
      "grpc.max_send_message_length": -1,
    });
    server.addService(ResourceProviderService, serviceOf(provider, this.log));
    this.servers.push(server);
    return new Promise((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
  }

  private async startAwsx(): Promise<number> {
    const child = fork(path.join(__dirname, "awsx/main.ts"), {
      execArgv: ["--require", require.resolve("../../scripts/typescript.cjs")],
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
    this.awsx = child;
    for await (const line of createInterface({ input: child.stdout ?? process.stdin })) return Number(line);
    throw new Error("The provider awsx ended before it listened.");
  }
}
