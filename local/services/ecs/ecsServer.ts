import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Need } from "../authorizer";
import { accessKeyIn, type Door } from "../door";
import { EcsError } from "./ecsErrors";

/** The operations of a service, each by its name in the API. */
export type Operations = Record<string, (input: never) => object | Promise<object>>;

/** An HTTP server on 127.0.0.1. */
export interface LocalEcsServer {
  endpoint: string;
  /** Calls fail until the operations are set. */
  operations: Operations;
  /** What a call needs to be allowed. */
  needsOf: (operation: string, input: Record<string, unknown>) => Need[];
  stop(): void;
}

/**
 * Speaks ECS's wire protocol, AWS JSON 1.1, to the SDK's clients that the door lets in.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export async function startEcsServer(door: Door): Promise<LocalEcsServer> {
  const server = createServer((request, response) => {
    answer(local, door, request)
      .then((output) => ({ status: 200, output }))
      .catch((error: unknown) => {
        if (!(error instanceof EcsError)) throw error;
        const output = { __type: error.code, message: error.message, ...error.members };
        return { status: 400, output };
      })
      .catch((error: unknown) => ({
        status: 500,
        output: { __type: "ServerException", message: String(error) },
      }))
      .then(({ status, output }) => {
        response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
        response.end(JSON.stringify(output));
      })
      .catch(() => response.destroy());
  });
  door.guard(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const local: LocalEcsServer = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    operations: {},
    needsOf: () => [],
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
  return local;
}

async function answer(
  { operations, needsOf }: LocalEcsServer,
  door: Door,
  request: IncomingMessage,
): Promise<object> {
  const target = request.headers["x-amz-target"];
  const operation = typeof target === "string" ? (target.split(".")[1] ?? "") : "";
  const call = operations[operation];
  const chunks = (await request.toArray()) as Buffer[];
  if (call === undefined) {
    throw new EcsError("UnknownOperationException", `The local ECS does not know ${String(target)}.`);
  }
  const input = JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}") as Record<string, unknown>;
  const denial = await door.denialOf(accessKeyIn(request), () => needsOf(operation, input));
  if (denial !== undefined) throw new EcsError("AccessDeniedException", denial);
  return call(input as never);
}
