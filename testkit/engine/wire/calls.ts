/** One call of the engine to a provider. */
export interface Call {
  operation: "check" | "diff" | "create" | "update" | "delete" | "read" | "invoke";
  /** Pulumi's type of the resource, such as `aws:s3/bucket:Bucket`, or the function's token. */
  type: string;
  /** The resource's name in the program. */
  name: string;
  stack: string;
  /** Why it was refused, if it was. */
  refusal?: string;
}

/** Calls that change something are noted when they are done, in the order in which they were. */
export class CallLog {
  readonly calls: Call[] = [];

  /** The changes of one stack, each as `create Bucket videos`. */
  changes(stack?: string): string[] {
    return this.calls
      .filter((call) => isChange(call) && (stack === undefined || call.stack === stack))
      .filter(({ refusal }) => refusal === undefined)
      .map(({ operation, type, name }) => `${operation} ${type.split(":").at(-1) ?? ""} ${name}`);
  }

  clear(): void {
    this.calls.length = 0;
  }
}

function isChange({ operation }: Call): boolean {
  return operation === "create" || operation === "update" || operation === "delete";
}
