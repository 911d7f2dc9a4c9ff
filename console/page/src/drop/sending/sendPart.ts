import { createAbortError } from "@uppy/utils";
import { ProblemError } from "../../server/api";
import { problemOfNoAnswer, refusedPage } from "./cors";
import { problemOfAnswer } from "./s3Problem";

/** What Uppy asks for of one part. */
interface Part {
  readonly signature: { readonly url: string };
  readonly body: FormData | Blob;
  readonly onProgress: (event: ProgressEvent) => void;
  readonly onComplete: (eTag: string) => void;
  readonly signal?: AbortSignal;
}

/** A bucket that is asked too much takes a part a little later. */
const retryMs = [500, 2000];

/**
 * Puts a part of a file into the bucket, in place of Uppy's own way, which tells no reasons. Throws ProblemError, or an
 * AbortError when the signal ends it.
 */
export async function sendPart(part: Part): Promise<{ ETag: string }> {
  for (const delayMs of [...retryMs, undefined]) {
    const { status, text, eTag } = await put(part);
    if (status === 200) {
      if (eTag === null) throw new ProblemError(refusedPage());
      part.onComplete(eTag);
      return { ETag: eTag };
    }
    if (status < 500 || delayMs === undefined) throw new ProblemError(problemOfAnswer(status, text));
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
  throw new Error("unreachable");
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly eTag: string | null;
}

/** `fetch` tells nothing of how far an upload is. */
function put({ signature, body, onProgress, signal }: Part): Promise<Answer> {
  const { url } = signature;
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(createAbortError() as Error);
      return;
    }
    const request = new XMLHttpRequest();
    const abort = () => {
      request.abort();
    };
    request.open("PUT", url);
    request.upload.addEventListener("progress", onProgress);
    request.addEventListener("abort", () => {
      reject(createAbortError() as Error);
    });
    request.addEventListener("load", () => {
      const { status, responseText: text } = request;
      resolve({ status, text, eTag: request.getResponseHeader("ETag") });
    });
    request.addEventListener("error", () => {
      problemOfNoAnswer(url).then((problem) => {
        reject(new ProblemError(problem));
      }, reject);
    });
    request.addEventListener("loadend", () => {
      signal?.removeEventListener("abort", abort);
    });
    signal?.addEventListener("abort", abort);
    request.send(body);
  });
}
