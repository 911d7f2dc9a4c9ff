import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

/** A layer of an image as a registry keeps it: compressed. */
export interface Layer {
  size: number;
  digest: string;
}

/** A registry of images on a free port of loopback, with its files in a folder of its own. */
export class Registry {
  private constructor(
    readonly address: string,
    readonly stop: () => Promise<void>,
  ) {}

  static isInstalled(): boolean {
    return spawnSync("docker-registry", ["--version"]).error === undefined;
  }

  /** Starts Debian's `docker-registry`. Throws when it does not start. */
  static async start(): Promise<Registry> {
    const folder = await mkdtemp(path.join(tmpdir(), "registry-"));
    const configuration = path.join(folder, "config.json");
    await writeFile(
      configuration,
      JSON.stringify({
        version: "0.1",
        log: { level: "info", formatter: "json" },
        storage: { filesystem: { rootdirectory: path.join(folder, "images") } },
        http: { addr: "127.0.0.1:0" },
      }),
    );
    const registry = spawn("docker-registry", ["serve", configuration], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = once(registry, "close");
    const stop = async () => {
      registry.kill();
      await ended;
      await rm(folder, { recursive: true });
    };
    try {
      return new Registry(await addressOf(registry.stderr), stop);
    } catch (error) {
      await stop();
      throw error;
    }
  }

  /** The layers of an image in the registry, lowest first. */
  async layers(repository: string, tag: string): Promise<Layer[]> {
    const answer = await fetch(`http://${this.address}/v2/${repository}/manifests/${tag}`, {
      headers: {
        accept:
          "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json",
      },
    });
    if (!answer.ok) throw new Error(`The registry has no ${repository}:${tag}: ${answer.status}`);
    return ((await answer.json()) as { layers: Layer[] }).layers;
  }

  /** A layer as it is stored. */
  async blob(repository: string, digest: string): Promise<Buffer> {
    const answer = await fetch(`http://${this.address}/v2/${repository}/blobs/${digest}`);
    if (!answer.ok) throw new Error(`The registry has no ${digest}: ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  }
}

/** Reads in its log on which port it listens. */
async function addressOf(log: NodeJS.ReadableStream): Promise<string> {
  const lines = [];
  for await (const line of createInterface({ input: log })) {
    lines.push(line);
    const [, address] = /listening on (127\.0\.0\.1:\d+)/.exec(line) ?? [];
    if (address === undefined) continue;
    // Read on, so that it never waits for its log to be read.
    log.resume();
    return address;
  }
  throw new Error(`docker-registry did not start: ${lines.join("\n")}`);
}
