import type { Credentials } from "./services/door";

/** Where the local services are. */
export interface Endpoints {
  s3: string;
  sqs: string;
  sns: string;
  ecs: string;
}

/** How a process of the local cloud reaches its services. */
export interface CloudAccess {
  endpoints: Endpoints;
  region: string;
  credentials: Credentials;
}

/** The environment of a function or task that is a process of this machine. */
export function platformEnvironment(access: CloudAccess, homeDirectory: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: homeDirectory,
    TMPDIR: homeDirectory,
    ...awsEnvironment(access),
  };
}

/**
 * What the platform adds to the environment of a function or task: credentials, region, and here the addresses of
 * the local services, which the SDK's clients read by themselves.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function awsEnvironment({ endpoints, region, credentials }: CloudAccess): Record<string, string> {
  return {
    TZ: "UTC",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_SNS: endpoints.sns,
    AWS_ENDPOINT_URL_ECS: endpoints.ecs,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}
