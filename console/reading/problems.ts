import { callOf } from "../../ops/calls";
import type { Stack } from "../../ops/stack";
import type { Problem } from "../messages";

/** What the SDK's errors have in common. */
interface ServiceError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * The right that a call needs, where it is not the service's prefix with the call's own name.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
const rights: Readonly<Record<string, string>> = {
  ListObjectsV2: "s3:ListBucket",
  HeadBucket: "s3:ListBucket",
  HeadObject: "s3:GetObject",
  CreateMultipartUpload: "s3:PutObject",
  UploadPart: "s3:PutObject",
  CompleteMultipartUpload: "s3:PutObject",
  ListParts: "s3:ListMultipartUploadParts",
  DeleteObjectTagging: "s3:DeleteObjectTagging",
  SendMessageBatch: "sqs:SendMessage",
  DeleteMessageBatch: "sqs:DeleteMessage",
  ChangeMessageVisibilityBatch: "sqs:ChangeMessageVisibility",
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html, and S3's own list of codes. */
const badCredentials =
  /^(?:CredentialsProviderError|TokenProviderError|ExpiredToken\w*|InvalidClientTokenId|UnrecognizedClient\w*|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature\w*|InvalidToken|RequestTimeTooSkewed|RequestExpired)$/;
const denied = /^(?:AccessDenied\w*|AccessDeniedException|Forbidden|403)$/;
const gone =
  /NonExistentQueue|QueueDoesNotExist|NoSuchBucket|ClusterNotFound|^NotFound$|ResourceNotFoundException/;
const elsewhere =
  /^(?:PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException|301)$/;
const busy =
  /Throttl|SlowDown|TooManyRequests|RequestLimitExceeded|ServiceUnavailable|InternalError|Timeout/i;
const noNetwork = /ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|EPIPE|socket hang up/;

/** Why a call to AWS came to nothing: which right is missing, whose credentials are wrong, what is not there. */
export function problemOf(error: unknown, { outputs }: Stack): Problem {
  const { name = "Error", message = String(error) } = error instanceof Error ? error : {};
  const status = (error as Partial<ServiceError>).$metadata?.httpStatusCode;
  const call = callOf(error);
  const { region } = outputs;
  if (badCredentials.test(name)) return credentialsProblem(name, message);
  if (denied.test(name) || status === 403) {
    const right = call === undefined ? undefined : rightOf(call.service, call.command);
    const resource = call?.resource === undefined ? "" : ` on ${call.resource}`;
    return {
      kind: "right",
      message: `These credentials may not ${right ?? "do this"}${resource}.`,
      ...(right !== undefined && { right }),
      whatToDo:
        "Have that right given to them, or use others (AWS_PROFILE); docs/console.md lists what the console needs.",
    };
  }
  if (elsewhere.test(name) || status === 301)
    return {
      kind: "region",
      message: `The bucket ${call?.resource ?? outputs.bucketName} is in another region than ${region}.`,
      whatToDo: "See the stack's outputs region and bucketName: they are of two regions, or of two accounts.",
    };
  if (gone.test(name))
    return {
      kind: "gone",
      message: `${call?.resource ?? "What was asked for"} is not there, in ${region}.`,
      whatToDo: "The stack was destroyed or deployed anew, or these are another account's credentials.",
    };
  if (noNetwork.test(message) || noNetwork.test((error as NodeJS.ErrnoException).code ?? ""))
    return {
      kind: "unreachable",
      message: `AWS does not answer: ${message}`,
      whatToDo: "It is tried again by itself; see this machine's network, proxy and VPN.",
    };
  if (busy.test(name) || (status ?? 0) >= 500)
    return {
      kind: "unreachable",
      message: `AWS is too busy to answer: ${message}`,
      whatToDo: "It is tried again by itself.",
    };
  return { kind: "other", message: `${name}: ${message}`, whatToDo: "It is tried again by itself." };
}

function credentialsProblem(name: string, message: string): Problem {
  if (/^(?:Expired|RequestExpired)/.test(name) || /expired/i.test(message))
    return {
      kind: "credentials",
      message: "The AWS credentials have expired.",
      // The SDK asks a single sign-on again, and what tells no end, as a file's keys, never.
      whatToDo:
        "`aws sso login`, and the page goes on by itself; where they are of a file or of variables, get new ones, and start the console again.",
    };
  if (name === "RequestTimeTooSkewed")
    return {
      kind: "credentials",
      message: "AWS refuses the requests' signatures, since this machine's clock is wrong.",
      whatToDo: "Set the clock; the page goes on by itself.",
    };
  if (/ProviderError$/.test(name))
    return {
      kind: "credentials",
      message: `There are no AWS credentials: ${message}`,
      whatToDo: "`aws configure`, or `aws sso login`, or start the console with AWS_PROFILE set.",
    };
  return {
    kind: "credentials",
    message: `AWS does not take these credentials: ${message}`,
    whatToDo:
      "See AWS_PROFILE and the variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.",
  };
}

/** Such as `sqs:GetQueueAttributes`. */
export function rightOf(service: string, command: string): string {
  return rights[command] ?? `${service.toLowerCase()}:${command}`;
}
