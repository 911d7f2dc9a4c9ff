import type { Problem } from "../../../../messages";
import { stack } from "../../server/stream";

/** After so long nobody answers. */
const patienceMs = 10_000;

/**
 * Why a part that was sent to `url` had no answer. A browser does not tell a page whether a bucket refuses it or whether
 * there was none.
 */
export async function problemOfNoAnswer(url: string): Promise<Problem> {
  // S3 refuses it, as it signs no such upload, in words that a page may read wherever it may upload.
  const probe = new URL(url);
  probe.searchParams.set("uploadId", "none");
  if (await answers(probe, { method: "PUT" })) return cut;
  if (await answers(new URL(probe.origin), { mode: "no-cors" })) return refusedPage();
  return away;
}

const cut: Problem = {
  kind: "unreachable",
  message: "The connection to S3 was cut.",
  whatToDo: "The upload goes on by itself, with what S3 does not have.",
};

export const away: Problem = {
  kind: "unreachable",
  message: "S3 does not answer.",
  whatToDo: "The upload goes on by itself when it does; see this machine's network, proxy and VPN.",
};

/** What to do where the bucket lets no page of this address upload. */
export function refusedPage(): Problem {
  const { bucketName = "", isOwnBucket = true } = stack.value ?? {};
  const { protocol, hostname } = location;
  const origin = `${protocol}//${hostname}:*`;
  const rule = {
    AllowedMethods: ["PUT"],
    AllowedOrigins: [origin],
    AllowedHeaders: ["*"],
    ExposeHeaders: ["ETag"],
  };
  return {
    kind: "cors",
    message: `The bucket ${bucketName} lets no page of this address upload (CORS).`,
    whatToDo: isOwnBucket
      ? `Type: npx pulumi config set --path 'uploadOrigins[0]' '${origin}' && npx pulumi up`
      : `Add this rule to the bucket's CORS rules: ${JSON.stringify(rule)}`,
  };
}

async function answers(address: URL, request: RequestInit): Promise<boolean> {
  try {
    await fetch(address, { ...request, cache: "no-store", signal: AbortSignal.timeout(patienceMs) });
    return true;
  } catch {
    return false;
  }
}
