import { localAccount } from "../../../local/program/resourceOutputs";
import type { Properties } from "../wire/values";

/** Something that exists in the account. */
export interface Existing {
  type: string;
  id: string;
  inputs: Properties;
  outputs: Properties;
}

/** What exists in one AWS account, whichever stack made it, and what stacks do not make: files, images, tasks. */
export class Account {
  readonly id = localAccount;
  private readonly existing = new Map<string, Existing>();
  /** How many files are in each bucket that has any. */
  readonly files = new Map<string, number>();
  /** How many tasks run in each cluster that has any, by the cluster's ARN. */
  readonly tasks = new Map<string, number>();
  /** The address of each image that was pushed, such as `…/worker@sha256:…`. */
  readonly images = new Set<string>();
  private readonly revisions = new Map<string, number>();

  all(type?: string): Existing[] {
    return [...this.existing.values()].filter((one) => type === undefined || one.type === type);
  }

  find(type: string, id: unknown): Existing | undefined {
    return this.all(type).find((one) => one.id === id);
  }

  put(one: Existing): void {
    this.existing.set(identity(one), one);
  }

  /** Takes away what was deleted, and with a bucket its policy, its notifications and whatever else is set on it. */
  remove(one: Existing): void {
    this.existing.delete(identity(one));
    if (one.type !== "aws:s3/bucket:Bucket") return;
    this.files.delete(one.id);
    for (const other of this.all()) {
      if (other.type.startsWith("aws:s3/") && other.inputs["bucket"] === one.id)
        this.existing.delete(identity(other));
    }
  }

  /**
   * The number of a task definition family's next revision. A number is never given twice, not after a deletion either.
   * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
   */
  nextRevision(family: string): number {
    const revision = (this.revisions.get(family) ?? 0) + 1;
    this.revisions.set(family, revision);
    return revision;
  }
}

/** Pulumi's id of a task definition is its family, which all revisions share. */
function identity({ type, id, outputs }: Existing): string {
  return type === "aws:ecs/taskDefinition:TaskDefinition" ? String(outputs["arn"]) : `${type} ${id}`;
}
