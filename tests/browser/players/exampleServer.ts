import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { get } from "node:http";
import path from "node:path";
import { createInterface } from "node:readline";

const program = path.join(__dirname, "../../../examples/player/server.mjs");

/** The server of examples/player, in a process of its own. */
export class ExampleServer {
  private constructor(
    private readonly process: ChildProcess,
    /** The addresses that it has printed, by the videos' keys. */
    readonly addresses: ReadonlyMap<string, string>,
  ) {}

  /** Serves videos, and the outputs in a folder. Whoever starts it stops it. Throws an Error when it does not start. */
  static async start(videos: readonly string[], outputs: string): Promise<ExampleServer> {
    const args = [program, "--port", "0", "--outputs", outputs, ...videos];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const addresses = new Map<string, string>();
    for await (const line of createInterface(child.stdout)) {
      const [, key, address] = /^(.*): (http:.*)$/.exec(line) ?? [];
      if (key !== undefined && address !== undefined) addresses.set(key, address);
      if (addresses.size === videos.length) return new ExampleServer(child, addresses);
    }
    throw new Error(`${program} has ended without an address.`);
  }

  /** The status that it answers a GET with whose path is sent as it is. */
  async statusOf(target: string): Promise<number | undefined> {
    const [first = ""] = this.addresses.values();
    const { hostname: host, port } = new URL(first);
    const [response] = (await once(get({ host, port, path: target }), "response")) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  }

  async stop(): Promise<void> {
    const ended = once(this.process, "exit");
    this.process.kill();
    await ended;
  }
}
