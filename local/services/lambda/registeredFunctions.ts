import path from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AsyncInvocations, type AsyncInvocationConfig, type GivenUp, type Invoke } from "./asyncInvocation";
import type { Clock } from "../../clock";
import { unpack } from "./functionPackage";
import { LambdaFunction, type InvocationResult } from "./lambdaFunction";
import type { Door } from "../door";
import { platformEnvironment, type CloudAccess } from "../../localEnvironment";
import { assumedByLambda, roleAccess } from "../../roleAccess";
import { ofType, textOutput, type Resource } from "../../program/resources";

export interface LocalFunctionsOptions {
  resources: Resource[];
  /** Where each function's package is unpacked. */
  directory: string;
  access: CloudAccess;
  door: Door;
  clock: Clock;
  onLine: (functionName: string, line: string) => void;
  onGivenUp: (event: GivenUp) => void;
  /** Around one run of a function. */
  aroundInvoke?: ((invoke: Invoke) => Invoke) | undefined;
}

/** The registered Lambdas, by their ARN. */
export interface LocalFunctions {
  /** Takes an event for a function, as S3 and EventBridge give it. Throws for an ARN that is none of theirs. */
  invokeAsync(functionArn: string, event: unknown): void;
  /** Runs a function once and gives its answer. */
  invoke(functionArn: string, event: unknown): Promise<InvocationResult>;
  /** Deploys: where a variable of a function's has the one value, it has the other one. */
  replaceVariable(oldValue: string, newValue: string): Promise<void>;
  /** Events that have neither been handled nor given up. */
  pendingEvents(): number;
  stop(): Promise<void>;
}

/** Unpacks every registered function, ready to run. */
export async function startFunctions(options: LocalFunctionsOptions): Promise<LocalFunctions> {
  const { resources, clock, door, onGivenUp } = options;
  const functions = await Promise.all(
    ofType(resources, "aws:lambda/function:Function").map(async (resource) => {
      const { inputs } = resource;
      const name = textOutput(resource, "name");
      const directory = path.join(options.directory, name);
      await unpack(inputs.code.entries, directory);
      const access = roleAccess(door, options.access, { roleArn: inputs.role, sessionName: name });
      const lambda = new LambdaFunction({
        name: resource.name,
        arn: textOutput(resource, "arn"),
        directory,
        handler: inputs.handler,
        timeoutSeconds: inputs.timeout ?? 3,
        now: () => clock.now(),
        environment: {
          ...platformEnvironment(access, options.directory),
          AWS_LAMBDA_FUNCTION_NAME: name,
          AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(inputs.memorySize ?? 128),
          AWS_LAMBDA_LOG_FORMAT: inputs.loggingConfig?.logFormat ?? "Text",
          ...inputs.environment?.variables,
        },
        onLine: (line) => {
          options.onLine(resource.name, line);
        },
      });
      // What becomes of an event in the end is told by the function's role, too.
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
      const { region, endpoints, credentials } = access;
      const sqs = new SQSClient({ region, endpoint: endpoints.sqs, credentials });
      const config = invocationConfig(resources, sqs, name);
      return { lambda, config, sqs, assumption: assumedByLambda(inputs.role, textOutput(resource, "arn")) };
    }),
  );
  const find = (functionArn: string) => {
    const found = functions.find(({ lambda }) => lambda.options.arn === functionArn);
    if (found === undefined) throw new Error(`There is no Lambda ${functionArn}.`);
    return found;
  };
  const runOnce: Invoke = async (lambda, event) => {
    const denial = await door.denialOfServices([find(lambda.options.arn).assumption]);
    if (denial === undefined) return lambda.invoke(event);
    return { error: { errorType: "AccessDeniedException", errorMessage: denial } };
  };
  const invocations = new AsyncInvocations(clock, onGivenUp, options.aroundInvoke?.(runOnce) ?? runOnce);
  return {
    invokeAsync(functionArn, event) {
      const { lambda, config } = find(functionArn);
      invocations.invoke(lambda, config, event);
    },
    invoke: (functionArn, event) => runOnce(find(functionArn).lambda, event),
    async replaceVariable(oldValue, newValue) {
      await Promise.all(
        functions.map(({ lambda }) => {
          const pairs = Object.entries(lambda.options.environment);
          const replaced = pairs.map(([name, value]) => [name, value === oldValue ? newValue : value]);
          return lambda.update(Object.fromEntries(replaced) as Record<string, string>);
        }),
      );
    },
    pendingEvents: () => invocations.pending,
    async stop() {
      invocations.stop();
      await Promise.all(functions.map(({ lambda }) => lambda.stop()));
      for (const { sqs } of functions) sqs.destroy();
    },
  };
}

function invocationConfig(
  resources: Resource[],
  sqs: SQSClient,
  functionName: string,
): AsyncInvocationConfig {
  const registered = ofType(resources, "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").find(
    ({ inputs }) => inputs.functionName === functionName || inputs.functionName.endsWith(`:${functionName}`),
  );
  const destination = registered?.inputs.destinationConfig?.onFailure?.destination;
  const config = { maximumRetryAttempts: registered?.inputs.maximumRetryAttempts ?? 2 };
  if (destination === undefined) return config;
  const queue = ofType(resources, "aws:sqs/queue:Queue").find(({ state }) => state["arn"] === destination);
  if (queue === undefined) throw new Error(`The destination ${destination} of ${functionName} is no queue.`);
  return {
    ...config,
    async onFailure(record) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queue.id, MessageBody: JSON.stringify(record) }));
    },
  };
}
