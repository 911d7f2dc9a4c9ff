import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One call as a service received it. */
export interface Call {
  /** Such as `SQS SendMessage`. */
  operation: string;
  input: Record<string, unknown>;
}

/** Answers the calls that the Lambdas make, in the services' own protocols, and records them. */
export class AwsOnTheWire {
  readonly calls: Call[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      void this.answer(request, response);
    });
  }

  static async start(): Promise<AwsOnTheWire> {
    const aws = new AwsOnTheWire();
    await new Promise<void>((resolve) => aws.server.listen(0, "127.0.0.1", resolve));
    return aws;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  inputs(operation: string): Record<string, unknown>[] {
    return this.calls.filter((call) => call.operation === operation).map(({ input }) => input);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const target = request.headers["x-amz-target"];
    if (typeof target === "string") this.answerJson(target, body, response);
    else if (request.method === "HEAD") this.answerHead(request, response);
    else this.answerQuery(body, response);
  }

  /** AWS JSON, https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
  private answerJson(target: string, body: string, response: ServerResponse): void {
    const [service, operation] = target.split(".");
    const input = JSON.parse(body) as Record<string, unknown>;
    const name = `${service === "AmazonSQS" ? "SQS" : "ECS"} ${operation ?? ""}`;
    this.calls.push({ operation: name, input });
    const outputs: Record<string, unknown> = {
      "SQS SendMessage": {
        MessageId: "1",
        MD5OfMessageBody: createHash("md5").update(String(input["MessageBody"])).digest("hex"),
      },
      "SQS GetQueueAttributes": { Attributes: { ApproximateNumberOfMessages: "1" } },
      "ECS ListTasks": { taskArns: [] },
      "ECS RunTask": { tasks: [{ taskArn: "arn:aws:ecs:eu-west-1:123456789012:task/1" }], failures: [] },
    };
    const output = outputs[name];
    response.writeHead(output === undefined ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(output ?? { __type: "UnknownOperationException" }));
  }

  private answerHead(request: IncomingMessage, response: ServerResponse): void {
    this.calls.push({ operation: "S3 HeadObject", input: { path: request.url } });
    response.writeHead(200, { "x-amz-meta-video-key": "a%20b.mp4", "x-amz-meta-width": "1280" });
    response.end();
  }

  /** https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
  private answerQuery(body: string, response: ServerResponse): void {
    const { Action, ...input } = Object.fromEntries(new URLSearchParams(body));
    this.calls.push({ operation: `SNS ${Action ?? ""}`, input });
    response.writeHead(200, { "content-type": "text/xml" });
    response.end(
      `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">` +
        `<PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`,
    );
  }
}
