import { ReplacedVideoError, UnusableVideoError, VideoGoneError } from "../errors";
import type { ByteRange, RangedAnswer, RangedSource } from "./rangedSource";
import { totalBytesOf } from "./rangedSource";

/** A video behind any http or https address whose server answers ranged requests. */
export class HttpSource implements RangedSource {
  constructor(private readonly url: string) {}

  async read(range: ByteRange, eTag: string | undefined, signal: AbortSignal): Promise<RangedAnswer> {
    const headers: Record<string, string> = { range: `bytes=${range.start}-${range.end - 1}` };
    if (eTag !== undefined) headers["if-match"] = eTag;
    const answer = await fetch(this.url, { headers, signal });
    if (answer.status !== 206) {
      await answer.body?.cancel();
      throw this.explain(answer.status);
    }
    const given = answer.headers.get("etag") ?? undefined;
    return {
      bytes: Buffer.from(await answer.arrayBuffer()),
      totalBytes: totalBytesOf(answer.headers.get("content-range") ?? undefined),
      // RFC 9110, section 13.1.1: If-Match compares strongly, so a weak ETag would never match.
      eTag: given?.startsWith("W/") ? undefined : given,
      metadata: {},
    };
  }

  private explain(status: number): Error {
    const host = new URL(this.url).host;
    if (status === 404 || status === 410)
      return new VideoGoneError(`the video is gone: ${host} answers ${status}`);
    if (status === 412) return new ReplacedVideoError(`${host}'s video was replaced while it was read`);
    if (status === 416) return new UnusableVideoError("not a video: the file is empty");
    if (status === 200) return new UnusableVideoError(`its server does not answer ranged requests: ${host}`);
    return new Error(`${host} answered with status ${status}`);
  }
}
