import type { ByteRange, RangedAnswer, RangedSource } from "./rangedSource";

const longestRequestSeconds = 30;
const maxTries = 3;

/**
 * A source whose broken answers are asked for again. The SDK retries until an answer begins; this also retries one
 * that breaks off, or stands still.
 */
export class RetryingSource implements RangedSource {
  /** What was read so far, in how many requests. */
  bytesRead = 0;
  requests = 0;

  constructor(
    private readonly source: RangedSource,
    private readonly requestTimeoutSeconds = longestRequestSeconds,
  ) {}

  async read(range: ByteRange, eTag: string | undefined, signal: AbortSignal): Promise<RangedAnswer> {
    const { start, end } = range;
    for (let attempt = 1; ; attempt++) {
      this.requests++;
      const timeout = AbortSignal.timeout(this.requestTimeoutSeconds * 1000);
      try {
        const answer = await this.source.read(range, eTag, AbortSignal.any([signal, timeout]));
        this.bytesRead += answer.bytes.length;
        const missing = Math.min(end, answer.totalBytes) - start - answer.bytes.length;
        if (missing !== 0) throw new BrokenAnswerError(`${missing} bytes of ${end - start} are missing`);
        return answer;
      } catch (error) {
        if (signal.aborted) throw error;
        const fault = timeout.aborted ? new LateAnswerError(this.requestTimeoutSeconds, error) : error;
        if (attempt === maxTries || !isPassing(fault)) throw fault;
      }
    }
  }
}

/** An answer that broke off. */
class BrokenAnswerError extends Error {
  override readonly name = "BrokenAnswerError";
}

/** An answer that was not there, or not whole, after so many seconds. */
class LateAnswerError extends Error {
  override readonly name = "LateAnswerError";

  constructor(seconds: number, cause: unknown) {
    super(`no whole answer came within ${seconds} s`, { cause });
  }
}

/** Whether the same request may well be answered now; the code of a connection that broke is in the cause of fetch's error. */
function isPassing(error: unknown): boolean {
  if (error instanceof BrokenAnswerError || error instanceof LateAnswerError) return true;
  const { code, cause } = (error ?? {}) as NodeJS.ErrnoException;
  if (cause !== undefined && cause !== error) return isPassing(cause);
  return ["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET"].includes(code ?? "");
}
