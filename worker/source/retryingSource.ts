import type { ByteRange, RangedAnswer, RangedSource } from "./rangedSource";

const requestTimeoutSeconds = 30;
const maxTries = 3;

/**
 * A source whose broken answers are asked for again. The SDK retries until an answer begins; this also retries one
 * that breaks off, or stands still.
 */
export class RetryingSource implements RangedSource {
  /** What was read so far, in how many requests. */
  bytesRead = 0;
  requests = 0;

  constructor(private readonly source: RangedSource) {}

  async read(range: ByteRange, eTag: string | undefined, signal: AbortSignal): Promise<RangedAnswer> {
    const { start, end } = range;
    for (let attempt = 1; ; attempt++) {
      this.requests++;
      const timeout = AbortSignal.timeout(requestTimeoutSeconds * 1000);
      try {
        const answer = await this.source.read(range, eTag, AbortSignal.any([signal, timeout]));
        this.bytesRead += answer.bytes.length;
        const missing = Math.min(end, answer.totalBytes) - start - answer.bytes.length;
        if (missing !== 0) throw new BrokenAnswerError(`${missing} bytes of ${end - start} are missing`);
        return answer;
      } catch (error) {
        const passing = timeout.aborted || isBrokenAnswer(error);
        if (signal.aborted || attempt === maxTries || !passing) throw error;
      }
    }
  }
}

class BrokenAnswerError extends Error {}

/** The code of a connection that broke; fetch has it in the error's cause. */
function isBrokenAnswer(error: unknown): boolean {
  if (error instanceof BrokenAnswerError) return true;
  const { code, cause } = (error ?? {}) as NodeJS.ErrnoException;
  if (cause !== undefined && cause !== error) return isBrokenAnswer(cause);
  return ["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET"].includes(code ?? "");
}
