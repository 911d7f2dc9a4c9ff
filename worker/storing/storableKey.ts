import type { FailureReasonText } from "../../contract/failureReasons";
import { isStorableKey, maxKeyBytes } from "../../contract/outputs";
import { UnusableVideoError } from "../errors";

/** Throws UnusableVideoError for a key that S3 would refuse: `thumb/` and `extras/` make it longer than the video's. */
export function assertStorable(key: string, what: "the thumbnail's key" | "the key of an output"): void {
  if (isStorableKey(key)) return;
  const bytes = Buffer.byteLength(key);
  const reason: FailureReasonText = `${what} would be ${bytes} bytes long; S3 takes ${maxKeyBytes}`;
  throw new UnusableVideoError(reason);
}
