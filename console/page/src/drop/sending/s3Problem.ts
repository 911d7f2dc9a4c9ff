import type { Problem } from "../../../../messages";
import { away } from "./cors";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList */
const badCredentials = new Set([
  "ExpiredToken",
  "InvalidAccessKeyId",
  "InvalidToken",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
]);

/** What S3 says of a part that it does not take, in words. */
export function problemOfAnswer(status: number, body: string): Problem {
  const { code, message } = readError(body);
  if (status >= 500 || code === "RequestTimeout" || code === "SlowDown") return away;
  if (code === "NoSuchUpload")
    return { kind: "gone", message: "S3 knows this upload no longer.", whatToDo: "It is begun anew." };
  if (code === "AccessDenied" && /expired/i.test(message))
    return {
      kind: "unreachable",
      message: "S3 has waited too long for a part of this file.",
      whatToDo: "The upload goes on by itself.",
    };
  if (badCredentials.has(code))
    return {
      kind: "credentials",
      message: `AWS does not take the console's credentials: ${message}`,
      whatToDo:
        "`aws sso login`, and the upload goes on by itself; where they are of a file or of variables, get new ones, and start the console again.",
    };
  if (code === "AccessDenied")
    return {
      kind: "right",
      message: "These credentials may not s3:PutObject on the bucket.",
      right: "s3:PutObject",
      whatToDo: "Have that right given to them, or start the console with others (AWS_PROFILE).",
    };
  return {
    kind: "other",
    message: code === "" ? `S3 answers ${status} to a part of this file.` : `S3 says ${code}: ${message}`,
    whatToDo: "Try it again, or see the bucket's policy and encryption.",
  };
}

function readError(body: string): { code: string; message: string } {
  const parsed = new DOMParser().parseFromString(body, "application/xml");
  const textOf = (name: string) => parsed.querySelector(`Error > ${name}`)?.textContent ?? "";
  return { code: textOf("Code"), message: textOf("Message") };
}
