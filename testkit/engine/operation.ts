/**
 * One operation of Pulumi's engine on a stack, in a process of its own, since the program's modules are global to a
 * process: a program in TypeScript runs inside it as the Automation API's inline program. It takes one {@link OperationRequest} and
 * answers with one {@link OperationReply} over the channel to its parent.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";

export interface OperationRequest {
  operation: "preview" | "up" | "destroy";
  project: string;
  stack: string;
}

/** What the engine does to one resource. */
export interface Step {
  /** Such as `create`, `update`, `same`, `create-replacement`. */
  op: string;
  type: string;
  name: string;
}

/** A resource as it stands in the stack's state. */
export interface StateResource {
  urn: string;
  type: string;
  custom: boolean;
  id?: string;
  parent?: string;
  provider?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[] | null>;
  deletedWith?: string;
  protect?: boolean;
  retainOnDelete?: boolean;
}

export interface OperationReply {
  /** Undefined when it went well. */
  error?: string;
  steps: Step[];
  /** What the engine told of, errors and warnings alone. */
  messages: string[];
  resources: StateResource[];
}

process.once("message", (request: OperationRequest) => {
  void perform(request).then((reply) => process.send?.(reply, () => process.exit(0)));
});
process.once("disconnect", () => process.exit(1));

async function perform(request: OperationRequest): Promise<OperationReply> {
  const steps: Step[] = [];
  const messages: string[] = [];
  const onEvent = (event: EngineEvent) => {
    const step = stepOf(event);
    if (step !== undefined) steps.push(step);
    const { severity, message } = event.diagnosticEvent ?? {};
    if (message !== undefined && (severity === "error" || severity === "warning"))
      messages.push(`${severity}: ${message.replace(/<\{%.*?%\}>/g, "").trim()}`);
  };
  const stack = await selectStack(request);
  let error: string | undefined;
  try {
    await operate(stack, request.operation, onEvent);
  } catch (thrown) {
    error = (thrown as Error).message;
  }
  const exported = (await stack.exportStack()) as { deployment: { resources?: StateResource[] } };
  const { resources = [] } = exported.deployment;
  return { ...(error !== undefined && { error }), steps, messages, resources };
}

/** A program in another language than ours has no index.ts, and is run by its own language's host. */
function selectStack({ stack, project }: OperationRequest): Promise<Stack> {
  const workDir = process.cwd();
  return existsSync("index.ts")
    ? LocalWorkspace.createOrSelectStack({ stackName: stack, projectName: project, program }, { workDir })
    : LocalWorkspace.createOrSelectStack({ stackName: stack, workDir });
}

async function operate(
  stack: Stack,
  operation: OperationRequest["operation"],
  onEvent: (event: EngineEvent) => void,
) {
  switch (operation) {
    case "preview":
      return stack.preview({ onEvent });
    case "up":
      return stack.up({ onEvent });
    case "destroy":
      return stack.destroy({ onEvent });
  }
}

/** As `pulumi up` runs it: from its folder, and told when nothing is left to do. */
function program(): Promise<Record<string, unknown>> {
  // Not import(), which would load TypeScript past ts-node.
  const outputs = createRequire(__filename)(path.resolve("index.ts")) as Record<string, unknown>;
  // @pulumi/aws registers what it collects for a bucket only then.
  process.emit("beforeExit", 0);
  return Promise.resolve({ ...outputs });
}

function stepOf({ resourcePreEvent }: EngineEvent): Step | undefined {
  if (resourcePreEvent === undefined) return undefined;
  const { op, type, urn } = resourcePreEvent.metadata;
  return { op, type, name: urn.split("::").slice(3).join("::") };
}
