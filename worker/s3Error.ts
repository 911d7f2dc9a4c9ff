import { S3ServiceException } from "@aws-sdk/client-s3";
import { messageOf } from "./errors";

/** Says what S3 refused, and how, for S3's own errors tell neither; gives any other error as it is. */
export function explainS3Error(error: unknown, failure: string): unknown {
  if (!(error instanceof S3ServiceException)) return error;
  const said = [...new Set([error.name, messageOf(error)])].join(": ");
  const status = error.$metadata.httpStatusCode ?? "nothing";
  return new Error(`${failure}: S3 answered ${status} (${said})`, { cause: error });
}
