import { UnusableVideoError } from "../errors";
import { isKmsFault } from "../s3Error";
import { TimeLimitError } from "./timeLimit";

/**
 * Whose doing it is that a job came to nothing:
 * - `video`: its own for good; no further try can end otherwise
 * - `job`: its own as far as anyone can tell; it spends one of its tries
 * - `replaced`: another video was uploaded in its place meanwhile; nobody's fault
 * - `service`: S3's, SQS's or the network's; it costs time, and never a try
 */
export type Blame = "video" | "job" | "replaced" | "service";

/**
 * What services answer, and what becomes of calls, when they are in trouble. Any other refusal (403 AccessDenied above
 * all) is the job's: it comes of what the object is or of what the stack was given, and does not pass by waiting, so
 * that an operator is to hear of it soon.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 * https://nodejs.org/docs/latest-v24.x/api/errors.html#common-system-errors
 */
const serviceFaults = {
  /** Besides 500 and more. 409 is another write of the same object at the same moment. */
  statuses: [408, 409, 429],
  /** Errors' names: throttling, credentials and clocks that are set right again, and calls that timed out. */
  names: [
    "CredentialsProviderError",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidToken",
    "KmsThrottled",
    "RequestExpired",
    "RequestThrottled",
    "RequestTimeTooSkewed",
    "RequestTimeout",
    "SlowDown",
    "ThrottlingException",
    "TimeoutError",
    "BrokenAnswerError",
    "LateAnswerError",
  ],
  /** System errors of a connection and of a name's resolution. */
  codes: [
    "ECONNABORTED",
    "ECONNREFUSED",
    "ECONNRESET",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "ENETDOWN",
    "ENETUNREACH",
    "ENOTFOUND",
    "EPIPE",
    "ETIMEDOUT",
    "UND_ERR_SOCKET",
  ],
} as const;

/** S3's answer to If-Match of the version before, and the error of who looked and saw another version. */
const replaced = { status: 412, name: "ReplacedVideoError" } as const;

/** Whose doing an error is; `sourceDelaySeconds` is for how long S3 has kept its job waiting beyond what is usual. */
export function blameOf(error: unknown, sourceDelaySeconds = 0): Blame {
  if (error instanceof UnusableVideoError) return "video";
  if (error instanceof TimeLimitError && sourceDelaySeconds > error.seconds / 2) return "service";
  const chain = causesOf(error);
  if (chain.some(isReplacement)) return "replaced";
  return chain.some(isServiceFault) ? "service" : "job";
}

/** What a system's, the SDK's and our own errors have that tells. */
interface Cause {
  readonly name?: string;
  readonly code?: string;
  readonly cause?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function isReplacement({ name, $metadata }: Cause): boolean {
  return name === replaced.name || $metadata?.httpStatusCode === replaced.status;
}

function isServiceFault({ name = "", code = "", $metadata }: Cause): boolean {
  const status = $metadata?.httpStatusCode ?? 0;
  const { statuses, names, codes } = serviceFaults;
  return (
    status >= 500 ||
    (statuses as readonly number[]).includes(status) ||
    (names as readonly string[]).includes(name) ||
    (codes as readonly string[]).includes(code) ||
    isKmsFault(name)
  );
}

/** An error and what caused it: the SDK's and fetch's say there what really happened. */
function causesOf(error: unknown): Cause[] {
  const chain: Cause[] = [];
  for (let next = error; typeof next === "object" && next !== null; next = (next as Cause).cause) {
    if (chain.includes(next)) break;
    chain.push(next);
  }
  return chain;
}
