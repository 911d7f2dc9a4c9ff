/**
 * The process that evaluates the program: Pulumi's mocks and the program's modules are global to a process, so
 * each evaluation has one of its own. It takes one {@link ProgramRequest} and answers with one {@link ProgramReply}
 * over the channel to its parent.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import type { ProgramReply, ProgramRequest } from "./program";
import { callResult, outputsOf } from "./resourceOutputs";
import type { PackageEntry, Resource } from "./resources";

type Archive = { assets?: Promise<Record<string, unknown>>; path?: Promise<string> };

process.once("message", (request: ProgramRequest) => {
  void evaluate(request);
});
process.on("unhandledRejection", (error) => {
  fail(error);
});
process.once("disconnect", () => process.exit(1));

async function evaluate(request: ProgramRequest): Promise<void> {
  const resources: Resource[] = [];
  await pulumi.runtime.setMocks(
    {
      async newResource(args) {
        const inputs = args.inputs as Record<string, unknown>;
        if (args.type === "aws:lambda/function:Function") {
          inputs["code"] = { entries: await packageEntries(inputs["code"] as Archive) };
        }
        const outputs = outputsOf({ type: args.type, name: args.name, inputs }, request);
        resources.push({
          type: args.type,
          name: args.name,
          provider: args.provider ?? "",
          inputs,
          // The monitor tells the rest when it has registered it.
          ...{ urn: "", dependencies: [], deletedWith: "" },
          ...outputs,
        });
        return outputs;
      },
      call: (args) => callResult(args.token, args.inputs as Record<string, unknown>, request),
    },
    request.project,
    request.stack,
    false,
  );
  onRegistered(({ type, name, ...options }) => {
    const resource = resources.find((one) => one.type === type && one.name === name);
    if (resource !== undefined) Object.assign(resource, options);
  });
  pulumi.runtime.setAllConfig(request.config);
  let outputs: Record<string, unknown> = {};
  try {
    // Not import(), which would load TypeScript past ts-node.
    const exported = createRequire(__filename)(path.resolve("index.ts")) as Record<string, unknown>;
    pulumi.output({ ...exported }).apply((values) => (outputs = values));
  } catch (error) {
    fail(error);
    return;
  }
  whenDrained(
    () => resources.length,
    () => {
      reply({ ok: true, resources, outputs: plain(outputs) });
    },
  );
}

/**
 * Calls `done` when nothing is left to register: @pulumi/aws registers a bucket's notifications only on
 * `beforeExit`, which starts work anew, so the count must stand still from one `beforeExit` to the next.
 */
function whenDrained(count: () => number, done: () => void): void {
  process.channel?.unref();
  let last = -1;
  const onDrained = () => {
    if (count() === last) {
      process.off("beforeExit", onDrained);
      done();
      return;
    }
    last = count();
    setImmediate(() => undefined);
  };
  process.on("beforeExit", onDrained);
}

/** What the engine is told of a resource besides its inputs. */
type Registration = Pick<Resource, "type" | "name" | "urn" | "dependencies" | "deletedWith">;

/** A request of Pulumi's wire protocol; of what it tells, mocks see only the inputs. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getDependenciesList(): string[];
  getDeletedwith(): string;
}

type Register = (
  request: RegisterRequest,
  callback: (error: unknown, response?: { getUrn(): string }) => void,
) => unknown;

/** Calls `listener` with each resource once it is registered. */
function onRegistered(listener: (registration: Registration) => void): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as { registerResource: Register };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (response !== undefined) {
        listener({
          type: request.getType(),
          name: request.getName(),
          urn: response.getUrn(),
          dependencies: request.getDependenciesList(),
          deletedWith: request.getDeletedwith(),
        });
      }
      callback(error, response);
    });
}

/** As the parent gets it; an output without a value, of which Pulumi warns, is null there. */
function plain(outputs: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(outputs, (_key, value: unknown) => (value === undefined ? null : value));
  return JSON.parse(text) as Record<string, unknown>;
}

/** The files of an archive: an asset's text, or the path of a file or folder on this machine. */
async function packageEntries(archive: Archive): Promise<PackageEntry[]> {
  const entries: PackageEntry[] = [];
  for (const [name, asset] of Object.entries((await archive.assets) ?? {})) {
    const { text, path: source } = asset as { text?: Promise<string>; path?: Promise<string> };
    const content = await text;
    if (content === undefined) entries.push({ path: name, source: path.resolve(String(await source)) });
    else entries.push({ path: name, text: content });
  }
  return entries;
}

function fail(error: unknown): void {
  const isConfiguration = pulumi.RunError.isInstance(error);
  reply({ ok: false, isConfiguration, message: isConfiguration ? error.message : inspect(error) });
}

function reply(message: ProgramReply): void {
  process.send?.(message, () => process.exit(0));
}
