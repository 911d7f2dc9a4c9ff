import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { docker } from "./engine";

/** What a container finds at its AWS. */
export interface FakeAws {
  /** Which request ends the measurement; without it, the first one. */
  until?: (request: IncomingMessage) => boolean;
  /** The content of whatever is asked for, by ranges too; without it, an empty JSON object. */
  content?: Buffer;
}

/**
 * How long a container takes from its start to its first request to AWS, or to the one chosen, in seconds.
 * `runArguments` gives what `docker run` is told, the image and its command among it, when AWS is at the given address
 * of loopback. Throws when the container ends without such a request.
 */
export async function secondsToRequest(
  runArguments: (address: string) => Promise<string[]>,
  { until = () => true, content }: FakeAws = {},
): Promise<number> {
  let onRequest: (atMs: number) => void = () => undefined;
  const requestMs = new Promise<number>((resolve) => (onRequest = resolve));
  const server = createServer((request, response) => {
    if (until(request)) onRequest(Date.now());
    request.resume();
    if (content === undefined || request.method === "PUT") {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0", etag: '"one"' });
      response.end(request.method === "PUT" ? "" : "{}");
      return;
    }
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const start = Number(first ?? 0);
    const end = Math.min(content.length, last === undefined || last === "" ? Infinity : Number(last) + 1);
    response.writeHead(first === undefined ? 200 : 206, {
      "accept-ranges": "bytes",
      "content-length": end - start,
      ...(first !== undefined && { "content-range": `bytes ${start}-${end - 1}/${content.length}` }),
    });
    response.end(request.method === "HEAD" ? undefined : content.subarray(start, end));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  let container: string | undefined;
  try {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    container = await docker("run", "--detach", ...(await runArguments(address)));
    const atMs = await Promise.race([requestMs, docker("wait", container).then(() => undefined)]);
    if (atMs === undefined) throw new Error(`The container ended: ${await docker("logs", container)}`);
    const startedAt = await docker("inspect", "--format", "{{.State.StartedAt}}", container);
    return (atMs - Date.parse(startedAt)) / 1000;
  } finally {
    if (container !== undefined) await docker("rm", "--force", container);
    server.close();
    server.closeAllConnections();
  }
}
