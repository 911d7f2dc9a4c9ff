import type { Properties } from "../wire/values";
import type { Account } from "./account";

/** What is to be created: its outputs hold its inputs too. */
interface Wanted {
  type: string;
  id: string;
  outputs: Properties;
}

/** Why AWS would refuse to create this now; undefined when it would not. */
export function refusedCreation(wanted: Wanted, account: Account): string | undefined {
  if (account.find(wanted.type, wanted.id) !== undefined && !isSetOnAnother.test(wanted.type))
    return `${wanted.type} ${wanted.id} already exists in this account: let Pulumi name it.`;
  return rules[wanted.type]?.(wanted.outputs, account);
}

/** What is set on something that exists, where it takes the place of what is set there, or is a revision of it. */
const isSetOnAnother =
  /^aws:(s3\/bucket[A-Z]|sqs\/queuePolicy|sqs\/redriveAllow|sns\/topicPolicy|ecs\/taskDefinition|ecs\/clusterCapacity)/;

const rules: Readonly<
  Record<string, ((outputs: Properties, account: Account) => string | undefined) | undefined>
> = {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
  "aws:s3/bucketNotification:BucketNotification": ({ bucket, lambdaFunctions }, account) => {
    const permissions = account.all("aws:lambda/permission:Permission");
    const refused = (lambdaFunctions as { lambdaFunctionArn: string }[]).find(
      ({ lambdaFunctionArn }) =>
        !permissions.some(
          ({ inputs }) =>
            lambdaFunctionArn.endsWith(`:function:${String(inputs["function"])}`) &&
            inputs["principal"] === "s3.amazonaws.com" &&
            inputs["sourceArn"] === `arn:aws:s3:::${String(bucket)}`,
        ),
    );
    return refused === undefined
      ? undefined
      : `InvalidArgument: Unable to validate the following destination configurations: ${refused.lambdaFunctionArn} ` +
          "(the notification should depend on the Lambda's permission)";
  },
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
  "aws:s3/bucketPolicy:BucketPolicy": ({ bucket, policy }, account) => {
    const { Statement } = JSON.parse(String(policy)) as {
      Statement: { Effect: string; Principal: unknown }[];
    };
    const isPublic = Statement.some(({ Effect, Principal }) => Effect === "Allow" && Principal === "*");
    if (!isPublic) return undefined;
    // A new bucket blocks public policies until it is told otherwise.
    const block = account.find("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", bucket);
    return block?.inputs["blockPublicPolicy"] === false
      ? undefined
      : `AccessDenied: public policies are blocked by the BlockPublicPolicy setting of ${String(bucket)} ` +
          "(the policy should depend on the public access block)";
  },
  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": (
    { functionName, destinationConfig },
    account,
  ) => {
    const { destination } = (destinationConfig as { onFailure: { destination: string } }).onFailure;
    const lambda = account.find("aws:lambda/function:Function", functionName);
    const role = String(lambda?.inputs["role"]).replace(/^.*\//, "");
    const rights = account
      .all("aws:iam/rolePolicy:RolePolicy")
      .filter(({ inputs }) => inputs["role"] === role)
      .flatMap(
        ({ inputs }) =>
          (JSON.parse(String(inputs["policy"])) as { Statement: { Action: string[]; Resource: string[] }[] })
            .Statement,
      );
    return rights.some(
      ({ Action, Resource }) => Action.includes("sqs:SendMessage") && Resource.includes(destination),
    )
      ? undefined
      : `InvalidParameterValueException: the role of ${String(functionName)} may not call SendMessage on ${destination} ` +
          "(it should have the right, and the Lambda should wait for it)";
  },
  // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
  "aws:lambda/function:Function": ({ role }, account) => {
    const found = account.all("aws:iam/role:Role").find(({ outputs }) => outputs["arn"] === role);
    return String(found?.inputs["assumeRolePolicy"]).includes("lambda.amazonaws.com")
      ? undefined
      : `InvalidParameterValueException: the role ${String(role)} cannot be assumed by Lambda`;
  },
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
  "aws:ecs/service:Service": ({ taskDefinition }, account) =>
    account
      .all("aws:ecs/taskDefinition:TaskDefinition")
      .some(({ outputs }) => outputs["arn"] === taskDefinition)
      ? undefined
      : `ClientException: TaskDefinition ${String(taskDefinition)} is inactive`,
};
