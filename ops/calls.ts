import { optionOf } from "./arguments";

/** Which call an error came from. */
export interface FailedCall {
  /** Such as `SQS`. */
  service: string;
  /** Such as `GetQueueAttributes`. */
  command: string;
  /** The queue, bucket or cluster that it was about. */
  resource: string | undefined;
}

const failedCalls = new WeakMap<object, FailedCall>();

/** The call that an error of a told client came from; undefined for any other error. */
export function callOf(error: unknown): FailedCall | undefined {
  return typeof error === "object" && error !== null ? failedCalls.get(error) : undefined;
}

type Call = (args: { input: object }) => Promise<unknown>;

/** What the SDK's clients have in common. */
interface Client {
  middlewareStack: {
    add(
      middleware: (next: Call, context: { commandName?: string }) => Call,
      options: { step: "initialize"; priority: "high"; name: string },
    ): void;
  };
}

/** The parameters that name what a call is about. */
interface ResourceInput {
  QueueUrl?: string;
  Bucket?: string;
  Key?: string;
  cluster?: string;
}

/** The outputs of a stack, by their names. */
interface Outputs {
  region: string;
}

/**
 * Has the errors of a client's calls say which call failed, on which resource, and where its name came from: AWS's own
 * words (`The specified queue does not exist.`) tell none of it.
 */
export function tellCalls(client: unknown, service: string, outputs: Outputs): void {
  (client as Client).middlewareStack.add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (error instanceof Error) {
          const command = (context.commandName ?? "").replace(/Command$/, "");
          failedCalls.set(error, { service, command, resource: nameOfResource(args.input) });
          const call = `${service} ${command}${resourceOf(args.input, outputs)}`;
          error.message = [error.message, `(${call})`, adviceFor(error)]
            .filter((part) => part !== "")
            .join(" ");
        }
        throw error;
      }
    },
    { step: "initialize", priority: "high", name: "tellCalls" },
  );
}

function nameOfResource({ QueueUrl, Bucket, cluster }: ResourceInput): string | undefined {
  return QueueUrl ?? Bucket ?? cluster;
}

function resourceOf(input: ResourceInput, outputs: Outputs): string {
  const { Key } = input;
  const name = nameOfResource(input);
  if (name === undefined) return ` in ${outputs.region}`;
  const [output] = Object.entries(outputs).find(([, value]) => value === name) ?? [];
  const origin = output === undefined ? "" : `, ${output} of the stack or ${optionOf(output)}`;
  return ` on ${name}${Key === undefined ? "" : `/${Key}`} in ${outputs.region}${origin}`;
}

function adviceFor(error: Error & { $metadata?: { httpStatusCode?: number } }): string {
  if (/NonExistentQueue|QueueDoesNotExist|NoSuchBucket|ClusterNotFound/.test(error.name)) {
    return "It is not there: the stack was destroyed or deployed anew, or these are another account's credentials.";
  }
  if (error.$metadata?.httpStatusCode === 403 || /AccessDenied/.test(error.name)) {
    return "docs/operating.md lists the rights that each command needs.";
  }
  return "";
}
