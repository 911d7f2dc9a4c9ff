import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { serve, type ServerType } from "@hono/node-server";
import type { Stack } from "../../ops/stack";
import type { Setting, StackInfo } from "../messages";
import { KnownVideos } from "../reading/videos/knownVideos";
import { readFailed } from "../reading/failuresReader";
import { oneAtATime } from "../reading/oneAtATime";
import { readProgress } from "../reading/videos/progressReader";
import { readStatus } from "../reading/statusReader";
import { readVideos } from "../reading/videos/videosReader";
import { newToken } from "./access";
import { createApp } from "./app";
import type { Context } from "./context";
import { Live } from "./live";

export interface ConsoleOptions {
  stack: Stack;
  info: StackInfo;
  readSettings: () => Promise<Setting[]>;
  /** Where the built page is. */
  pageDirectory: string;
  /** 0: any that is free. */
  port: number;
  /** How long `stop` waits for calls that nobody answers. */
  endWithinMs?: number;
}

/** How long a request may take to come, which is from this machine, in milliseconds. */
const patience = { headersTimeout: 5_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000 };

/** A console that listens on loopback. */
export interface RunningConsole {
  /** Where it listens: `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** The address to open, with what lets its reader in. */
  readonly address: string;
  /** Has pages told how far these videos are, which somebody uploaded just now. */
  follow(keys: readonly string[]): void;
  /**
   * Ends all connections; resolves when no call to the stack is under way, so that no message is left hidden, or after some
   * seconds where nobody answers.
   */
  stop(): Promise<void>;
}

/** Starts the console of a stack. Rejects when the port is taken. */
export async function startConsole({
  pageDirectory,
  port,
  endWithinMs = 10_000,
  ...given
}: ConsoleOptions): Promise<RunningConsole> {
  const token = newToken();
  const stopping = new AbortController();
  const live = new Live();
  const videos = new KnownVideos(live);
  const context: Context = {
    ...{ ...given, live, videos, stopping: stopping.signal, atFailures: oneAtATime() },
    follow: (keys) => {
      progress.follow(keys);
    },
    isFollowing: () => progress.isFollowing(),
    statusChanged: () => {
      status.now();
    },
    failuresChanged: () => {
      failures.now();
    },
  };
  const progress = readProgress(context);
  const status = readStatus(context);
  const failures = readFailed(context);
  readVideos(context);
  let host = "";
  const app = createApp(context, { host: () => host, token }, pageDirectory);
  const server = await new Promise<ServerType>((resolve, reject) => {
    const options = { fetch: app.fetch, hostname: "127.0.0.1", port, serverOptions: patience };
    const started = serve(options, ({ port: own }: AddressInfo) => {
      host = `127.0.0.1:${own}`;
      resolve(started);
    });
    started.on("error", reject);
  });
  const origin = `http://${host}`;
  return {
    origin,
    address: `${origin}/?token=${token}`,
    follow: context.follow,
    async stop() {
      stopping.abort();
      await new Promise((resolve) => {
        server.close(resolve);
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
      const settled = [progress.settled(), status.settled(), failures.settled()];
      const patience = new AbortController();
      await Promise.race([
        Promise.all([...settled, context.atFailures(() => Promise.resolve())]),
        setTimeout(endWithinMs, undefined, { signal: patience.signal }).catch(() => undefined),
      ]);
      patience.abort();
    },
  };
}
