import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { packNothingElse, withPackages } from "./lambdaPackage";
import { serializeOwnModules } from "./serializable";
import { toSend, useKey } from "../account/key";
import { logGroupArgs } from "../account/logGroup";
import type { Place } from "../account/place";
import { allow, serviceRole } from "../account/policy";
import type { RoleSettings, Statement } from "../account/policy";
import type { Settings } from "../settings/settings";

export interface EventFunctionArgs<Event> {
  description: string;
  /** Makes the handler; called once in each execution environment, so that what it makes is reused. */
  callbackFactory: () => (event: Event) => Promise<void>;
  /** The npm packages that the handler requires. */
  packages: string[];
  environment: Record<string, pulumi.Input<string>>;
  /** What the handler may do, besides writing its log. */
  statements: pulumi.Input<Statement[]>;
  /** Takes the events that failed at every attempt. */
  failedEvents: aws.sqs.Queue;
  settings: RoleSettings & Pick<Settings, "logRetentionDays" | "kmsKeyArn">;
  place: Place;
}

/** A Lambda that takes events asynchronously, with a role, a log group and a package of its own. */
export class EventFunction<Event> extends pulumi.ComponentResource {
  readonly lambda: aws.lambda.CallbackFunction<Event, void>;
  readonly logGroup: aws.cloudwatch.LogGroup;

  constructor(name: string, args: EventFunctionArgs<Event>, options?: pulumi.ComponentResourceOptions) {
    super("video-thumbnailer:infra:EventFunction", name, {}, options);
    const parent = { parent: this };

    this.logGroup = new aws.cloudwatch.LogGroup(name, logGroupArgs(args.settings), parent);
    const statements = pulumi.output(args.statements).apply((own) => [
      ...own,
      allow(["logs:CreateLogStream", "logs:PutLogEvents"], [pulumi.interpolate`${this.logGroup.arn}:*`]),
      // Lambda sends a failed event by this role, too.
      allow(["sqs:SendMessage"], [args.failedEvents.arn]),
      ...useKey(args.settings, args.place, { service: "sqs", actions: toSend }),
    ]);
    // https://docs.aws.amazon.com/lambda/latest/dg/permissions-managed-policies.html
    const trust = { service: "lambda.amazonaws.com", account: args.place.account };
    const role = serviceRole(name, trust, statements, args.settings, parent);
    serializeOwnModules();
    this.lambda = new aws.lambda.CallbackFunction<Event, void>(
      name,
      {
        description: args.description,
        callbackFactory: args.callbackFactory,
        codePathOptions: packNothingElse(),
        role: role.arn,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        memorySize: 256,
        timeout: 60,
        environment: { variables: args.environment },
        loggingConfig: { logFormat: "JSON", logGroup: this.logGroup.name },
      },
      { ...parent, transformations: [packing(args.packages)] },
    );
    new aws.lambda.FunctionEventInvokeConfig(
      name,
      {
        functionName: this.lambda.name,
        maximumRetryAttempts: 2,
        destinationConfig: { onFailure: { destination: args.failedEvents.arn } },
      },
      parent,
    );
    this.registerOutputs({ functionName: this.lambda.name, logGroupName: this.logGroup.name });
  }
}

/** Puts npm packages beside the handler that Pulumi has serialised. */
function packing(packages: string[]): pulumi.ResourceTransformation {
  return ({ props, opts }) => {
    const { code, ...others } = props as { code: pulumi.Input<pulumi.asset.Archive> };
    return { props: { ...others, code: withPackages(code, packages) }, opts };
  };
}
