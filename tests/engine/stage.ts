import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Clone } from "../../testkit/engine/clone";
import { Deployment } from "../../testkit/engine/deployment";
import type { OperationReply } from "../../testkit/engine/operation";
import { Providers } from "../../testkit/engine/providers";
import { ownName } from "../../testkit/engine/state";
import { pulumiFolder } from "./describeEngine";

/** A clone of the project, an AWS account, and whoever deploys the one to the other. */
export class Stage {
  private constructor(
    readonly providers: Providers,
    readonly folder: string,
    readonly clone: Clone,
  ) {}

  static async open(): Promise<Stage> {
    const folder = mkdtempSync(path.join(tmpdir(), "engine-"));
    return new Stage(await Providers.start(), folder, Clone.ofProject(path.join(folder, "clone")));
  }

  async close(): Promise<void> {
    await this.providers.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A stack of `user`, who has a machine and a state of his own. */
  deployment(config: Record<string, unknown> = {}, stack = "dev", user = "alice"): Deployment {
    const home = path.join(this.folder, user);
    return new Deployment({ providers: this.providers, cliFolder: pulumiFolder(), home, stack, config });
  }

  /** `pulumi up`, which must go well. */
  async up(deployment: Deployment, folder = this.clone.folder): Promise<OperationReply> {
    return wentWell(await deployment.run("up", folder));
  }

  /** What a preview would change, each as `update Function superviseWorkers`. */
  async preview(deployment: Deployment, folder = this.clone.folder): Promise<string[]> {
    return changes(wentWell(await deployment.run("preview", folder)));
  }

  /** What the engine changed in the account since `act` began, in order. */
  async changesOf(act: () => Promise<unknown>): Promise<string[]> {
    this.providers.log.clear();
    await act();
    return this.providers.log.changes();
  }

  /** That what exists in the account is what the state knows of: nothing is left behind, and nothing is missing. */
  requireNothingForgotten(...replies: OperationReply[]): void {
    const known = replies.flatMap(({ resources }) =>
      resources
        .filter(({ type }) => type.startsWith("aws:"))
        .map(({ type, id, outputs }) => named(type, id, outputs)),
    );
    const existing = this.providers.account.all().map(({ type, id, outputs }) => named(type, id, outputs));
    assert.deepEqual(
      existing.sort(),
      known.sort(),
      "the account and the stack's state should have the same resources",
    );
  }
}

function named(type: string, id: string | undefined, outputs: Record<string, unknown> = {}): string {
  const { arn = id } = outputs as { arn?: string };
  return `${type} ${arn ?? ""}`;
}

export function wentWell(reply: OperationReply): OperationReply {
  assert.ok(reply.error === undefined, reply.messages.join("\n"));
  return reply;
}

/** What is not left as it is, each as `update Function superviseWorkers`. */
export function changes({ steps }: OperationReply): string[] {
  return steps
    .filter(({ op }) => op !== "same" && op !== "read")
    .map(({ op, type, name }) => `${op} ${type.split(":").at(-1) ?? ""} ${ownName(name)}`);
}
