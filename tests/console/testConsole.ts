import { tmpdir } from "node:os";
import { startConsole, type RunningConsole } from "../../console/server/console";
import { infoOf } from "../../console/server/info";
import type { StackInfo, StreamMessages } from "../../console/messages";
import type { Stack } from "../../ops/stack";

type Name = keyof StreamMessages;

/** The SDK's calls of a stack's clients. */
export interface Calls {
  /** Those that were sent, such as `SQS ReceiveMessage`. */
  readonly made: string[];
  /** Those that somebody asked for, also if they were only signed for a page to make. */
  readonly askedFor: Set<string>;
  /** Fails these calls from now on, as a service does that denies them. */
  deny(...calls: string[]): void;
  /** Denies nothing, and forgets what was called. */
  reset(): void;
}

type Next = (args: unknown) => Promise<unknown>;

/** What the SDK's clients have in common. */
interface Client {
  middlewareStack: {
    add(
      middleware: (next: Next, context: { commandName?: string }) => Next,
      options: { step: "initialize" | "deserialize"; priority: "low"; name: string },
    ): void;
  };
}

const watched = new WeakMap<Stack, Calls>();

/** Writes down the calls of a stack's clients, from the first time that it is asked for on. */
export function callsOf(stack: Stack): Calls {
  const known = watched.get(stack);
  if (known !== undefined) return known;
  const [made, askedFor, denied] = [[] as string[], new Set<string>(), new Set<string>()];
  const { s3, sqs, ecs, cloudWatch } = stack;
  for (const [service, client] of Object.entries({ S3: s3, SQS: sqs, ECS: ecs, CloudWatch: cloudWatch })) {
    if (client === undefined) continue;
    const { middlewareStack } = client as unknown as Client;
    const nameOf = ({ commandName = "" }) => `${service} ${commandName.replace(/Command$/, "")}`;
    const ask = (next: Next, context: { commandName?: string }) => (args: unknown) => {
      askedFor.add(nameOf(context));
      if (!denied.has(nameOf(context))) return next(args);
      const error = { name: "AccessDenied", $metadata: { httpStatusCode: 403 } };
      return Promise.reject(Object.assign(new Error("User is not authorized"), error));
    };
    const send = (next: Next, context: { commandName?: string }) => (args: unknown) => {
      made.push(nameOf(context));
      return next(args);
    };
    middlewareStack.add(ask, { step: "initialize", priority: "low", name: "asked" });
    middlewareStack.add(send, { step: "deserialize", priority: "low", name: "made" });
  }
  const calls: Calls = {
    made,
    askedFor,
    deny: (...names) => {
      for (const name of names) denied.add(name);
    },
    reset: () => {
      denied.clear();
      askedFor.clear();
      made.length = 0;
    },
  };
  watched.set(stack, calls);
  return calls;
}

/** What a page hears of a console's stream. */
export class Hearing {
  readonly heard: { [N in Name]: { name: N; data: StreamMessages[N] } }[Name][] = [];
  private readonly closing = new AbortController();
  private readonly waiting = new Set<() => void>();

  static async open(origin: string, cookie: string): Promise<Hearing> {
    const hearing = new Hearing();
    const { signal } = hearing.closing;
    const { body } = await fetch(`${origin}/api/stream`, { headers: { cookie }, signal });
    if (body === null) throw new Error("The stream is empty.");
    hearing.hear(body.pipeThrough(new TextDecoderStream())).catch(() => undefined);
    return hearing;
  }

  /** The first message of a name, among those that are heard from now on or were before, that is so. */
  async until<N extends Name>(
    name: N,
    isSo: (data: StreamMessages[N]) => boolean = () => true,
  ): Promise<StreamMessages[N]> {
    for (let next = 0; ;) {
      for (; next < this.heard.length; next += 1) {
        const message = this.heard[next]!;
        if (message.name === name && isSo(message.data as StreamMessages[N]))
          return message.data as StreamMessages[N];
      }
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  /** Waits for so many further messages of a name. */
  async further(name: Name, count: number): Promise<void> {
    const wanted = this.count(name) + count;
    await this.until(name, () => this.count(name) >= wanted);
  }

  count(name: Name): number {
    return this.heard.filter((message) => message.name === name).length;
  }

  close(): void {
    this.closing.abort();
  }

  private async hear(text: ReadableStream<string>): Promise<void> {
    let rest = "";
    for await (const part of text) {
      const events = (rest + part).split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) {
        const [, name, data] = /^event: (.*)\ndata: (.*)$/m.exec(event) ?? [];
        if (name === undefined || data === undefined) continue;
        this.heard.push({ name, data: JSON.parse(data) as unknown } as Hearing["heard"][number]);
      }
      for (const wake of this.waiting) wake();
      this.waiting.clear();
    }
  }
}

export interface Answer {
  status: number;
  body: unknown;
}

/** A console of a stack, and who looks at it without a browser. Whoever starts it stops it. */
export class TestConsole {
  private readonly hearings: Hearing[] = [];

  private constructor(
    readonly running: RunningConsole,
    private readonly cookie: string,
  ) {}

  static async start(
    stack: Stack,
    given: Partial<StackInfo> = {},
    endWithinMs?: number,
  ): Promise<TestConsole> {
    const info = { ...infoOf(stack, { isReadOnly: false, opsOptions: "--local" }), ...given };
    const readSettings = () => Promise.resolve([]);
    const running = await startConsole({
      ...{ stack, info, readSettings, pageDirectory: tmpdir(), port: 0 },
      ...(endWithinMs !== undefined && { endWithinMs }),
    });
    const { headers } = await fetch(running.address);
    return new TestConsole(running, headers.get("set-cookie")?.split(";")[0] ?? "");
  }

  /** Opens a page, as far as the server can tell. */
  async opens(): Promise<Hearing> {
    const hearing = await Hearing.open(this.running.origin, this.cookie);
    this.hearings.push(hearing);
    return hearing;
  }

  async get(path: string): Promise<Answer> {
    return answerOf(await this.fetch(path));
  }

  /** Does not go where it is led. */
  fetch(path: string): Promise<Response> {
    return fetch(this.running.origin + path, { headers: { cookie: this.cookie }, redirect: "manual" });
  }

  async post(path: string, body: unknown): Promise<Answer> {
    const { origin } = this.running;
    const headers = { cookie: this.cookie, origin, "content-type": "application/json" };
    return answerOf(await fetch(origin + path, { method: "POST", headers, body: JSON.stringify(body) }));
  }

  async stop(): Promise<void> {
    for (const hearing of this.hearings) hearing.close();
    await this.running.stop();
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  return { status: response.status, body: isJson ? (JSON.parse(text) as unknown) : text };
}
