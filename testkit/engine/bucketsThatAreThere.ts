import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** S3 as the program asks it of existing buckets before it registers anything: whether they tell EventBridge. */
export class BucketsThatAreThere {
  /** Of every bucket; as somebody has set it up. */
  tellEventBridge = true;
  /** Each request, as `GET /media?notification`. */
  readonly requests: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<BucketsThatAreThere> {
    const server = createServer((request, response) => {
      buckets.requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
      const told = buckets.tellEventBridge ? "<EventBridgeConfiguration/>" : "";
      response.end(`<NotificationConfiguration>${told}</NotificationConfiguration>`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const buckets = new BucketsThatAreThere(server);
    return buckets;
  }

  /** What the SDK reads where to find S3, and as whom. */
  get environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: "KEY",
      AWS_SECRET_ACCESS_KEY: "secret",
    };
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
