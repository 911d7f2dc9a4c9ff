import type { FailureReasonText } from "../../contract/failureReasons";
import { UnusableVideoError } from "../errors";

/** Bytes of UTF-8. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const maxKeyBytes = 1024;

/** Throws UnusableVideoError for a key that S3 would refuse: `thumb/` and `extras/` make it longer than the video's. */
export function assertStorable(key: string, what: "the thumbnail's key" | "the key of an output"): void {
  const bytes = Buffer.byteLength(key);
  const reason: FailureReasonText = `${what} would be ${bytes} bytes long; S3 takes ${maxKeyBytes}`;
  if (bytes > maxKeyBytes) throw new UnusableVideoError(reason);
}
