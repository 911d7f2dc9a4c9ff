import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { docker } from "./engine";

/**
 * How long a container takes from its start to its first request to AWS, in seconds. Throws when it ends without one. `runArguments` gives what
 * `docker run` is told, the image and its command among it, when AWS is at the given address of loopback.
 */
export async function secondsToFirstRequest(
  runArguments: (address: string) => Promise<string[]>,
): Promise<number> {
  let onRequest: (atMs: number) => void = () => undefined;
  const firstRequestMs = new Promise<number>((resolve) => (onRequest = resolve));
  const server = createServer((request, response) => {
    onRequest(Date.now());
    request.resume();
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  let container: string | undefined;
  try {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    container = await docker("run", "--detach", ...(await runArguments(address)));
    const atMs = await Promise.race([firstRequestMs, docker("wait", container).then(() => undefined)]);
    if (atMs === undefined) throw new Error(`The container ended: ${await docker("logs", container)}`);
    const startedAt = await docker("inspect", "--format", "{{.State.StartedAt}}", container);
    return (atMs - Date.parse(startedAt)) / 1000;
  } finally {
    if (container !== undefined) await docker("rm", "--force", container);
    server.close();
    server.closeAllConnections();
  }
}
