import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Value = { S: string };
interface Update {
  readonly TableName: string;
  readonly Key: { readonly video: Value };
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues: Readonly<Record<string, Value>>;
}

/**
 * One table of DynamoDB's, on the wire, which knows the one update that the example makes: SET of names, on condition
 * that a name is not there or less than a value. Everything else it refuses.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
 */
export class DynamoOnTheWire {
  readonly items = new Map<string, Record<string, string>>();
  /** While it is set, every call fails with it. */
  failure: string | undefined;
  private readonly server: Server;

  private constructor(private readonly tableName: string) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(tableName: string): Promise<DynamoOnTheWire> {
    const dynamo = new DynamoOnTheWire(tableName);
    dynamo.server.listen(0, "127.0.0.1");
    await once(dynamo.server, "listening");
    return dynamo;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const isUpdate = request.headers["x-amz-target"] === "DynamoDB_20120810.UpdateItem";
    const refusal =
      this.failure ??
      (isUpdate ? this.update(JSON.parse(Buffer.concat(chunks).toString()) as Update) : "UnknownOperation");
    response.writeHead(refusal === undefined ? 200 : 400, { "content-type": "application/x-amz-json-1.0" });
    response.end(
      JSON.stringify(refusal === undefined ? {} : { __type: `com.amazonaws.dynamodb.v20120810#${refusal}` }),
    );
  }

  /** The error's name, if there is one. */
  private update(update: Update): string | undefined {
    const [, absent = "", lesser = "", than = ""] =
      /^attribute_not_exists\((#\w+)\) OR (#\w+) < (:\w+)$/.exec(update.ConditionExpression) ?? [];
    const sets = /^SET (.+)$/.exec(update.UpdateExpression)?.[1]?.split(", ") ?? [];
    if (absent === "" || sets.length === 0 || update.TableName !== this.tableName)
      return "ValidationException";
    const name = (placeholder: string) => update.ExpressionAttributeNames[placeholder] ?? "";
    const value = (placeholder: string) => update.ExpressionAttributeValues[placeholder]?.S ?? "";
    const item = this.items.get(update.Key.video.S) ?? {};
    const held = item[name(lesser)];
    const holds = !(name(absent) in item) || (held !== undefined && held < value(than));
    if (!holds) return "ConditionalCheckFailedException";
    const changes = sets
      .map((set) => set.split(" = "))
      .map(([to = "", from = ""]) => [name(to), value(from)]);
    this.items.set(update.Key.video.S, { ...item, ...(Object.fromEntries(changes) as typeof item) });
    return undefined;
  }
}
