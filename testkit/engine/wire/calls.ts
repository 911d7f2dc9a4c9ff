import { ownName } from "../state";

/** One change that the engine asked a provider for. */
export interface Call {
  operation: "create" | "update" | "delete";
  /** Pulumi's type of the resource, such as `aws:s3/bucket:Bucket`. */
  type: string;
  /** The resource's name in the program. */
  name: string;
  /** Why it was refused, if it was. */
  refusal?: string;
}

/** The changes that the engine asked for, in the order in which they were done. */
export class CallLog {
  readonly calls: Call[] = [];

  /** Those that were made, each as `create Bucket videos`. */
  changes(): string[] {
    return this.calls
      .filter(({ refusal }) => refusal === undefined)
      .map(({ operation, type, name }) => `${operation} ${type.split(":").at(-1) ?? ""} ${ownName(name)}`);
  }

  clear(): void {
    this.calls.length = 0;
  }
}
