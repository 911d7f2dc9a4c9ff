import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

const examples = path.join(__dirname, "../../examples");

/** An example that is a server, in a process of its own. */
export class ExampleProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** That it has printed. */
    readonly address: string,
  ) {}

  /**
   * Starts it in its folder by Node's arguments, and with these variables besides. Whoever starts it stops it.
   * Throws an Error with what it has said when it ends without an address.
   */
  static async start(
    example: string,
    args: readonly string[],
    variables: Record<string, string> = {},
  ): Promise<ExampleProcess> {
    const child = spawn(process.execPath, args, {
      cwd: path.join(examples, example),
      env: { ...process.env, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said: string[] = [];
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString()));
    for await (const line of createInterface(child.stdout)) {
      if (!line.startsWith("http")) continue;
      child.stdout.resume();
      return new ExampleProcess(child, line.replace(/\/$/, ""));
    }
    throw new Error(`examples/${example} has ended without an address: ${said.join("")}`);
  }

  async stop(): Promise<void> {
    const ended = once(this.child, "exit");
    this.child.kill();
    await ended;
  }
}
