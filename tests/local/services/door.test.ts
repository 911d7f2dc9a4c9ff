import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createServer, request, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Door, type Credentials } from "../../../local/services/door";
import { startEcsServer } from "../../../local/services/ecs/ecsServer";
import { startMessaging } from "../../../local/services/messaging";
import { startS3 } from "../../../local/services/s3/s3";
import { makeDirectory } from "../videos";

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What a browser or another program sends; `body` stays unsent when it is null, although the headers promise it. */
function call(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | null } = {},
): Promise<Answer> {
  const { method = "GET", headers = {}, body = "" } = options;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      buffer(response).then((content) => {
        sent.destroy();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: content.toString() });
      }, reject);
    });
    sent.on("error", reject);
    if (body === null) sent.flushHeaders();
    else sent.end(body);
  });
}

const signedWith = ({ accessKeyId }: Credentials) => `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/x`;

describe("The local servers' door", () => {
  const files = makeDirectory();
  const door = new Door();
  const region = "eu-west-1";
  let s3: S3Client;
  const endpoints: Record<string, string> = {};
  const stops: (() => unknown)[] = [files.remove];
  before(async () => {
    const s3Server = await startS3(path.join(files.directory, "s3"), () => undefined, door);
    const messaging = await startMessaging(region, door);
    const ecs = await startEcsServer(door);
    stops.push(
      () => {
        s3.destroy();
        s3Server.stop();
      },
      () => messaging.stop(),
      () => {
        ecs.stop();
      },
    );
    ecs.operations = { ListTasks: () => ({ taskArns: [] }) };
    Object.assign(endpoints, {
      S3: s3Server.endpoint,
      SQS: messaging.endpoint,
      SNS: messaging.endpoint,
      ECS: ecs.endpoint,
    });
    s3 = new S3Client(config("S3", door.credentials));
    await s3Server.createBucket("videos");
  });
  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  const config = (service: string, credentials: Credentials) => ({
    endpoint: endpoints[service] ?? "",
    region,
    credentials,
    maxAttempts: 1,
  });
  /** One call of each service. */
  const calls: Record<string, (credentials: Credentials) => Promise<unknown>> = {
    S3: (credentials) =>
      new S3Client(config("S3", credentials)).send(new ListObjectsV2Command({ Bucket: "videos" })),
    SQS: (credentials) => new SQSClient(config("SQS", credentials)).send(new ListQueuesCommand({})),
    SNS: (credentials) => new SNSClient(config("SNS", credentials)).send(new ListTopicsCommand({})),
    ECS: (credentials) => new ECSClient(config("ECS", credentials)).send(new ListTasksCommand({})),
  };

  for (const [service, ask] of Object.entries(calls)) {
    describe(`of ${service}`, () => {
      const signed = () => ({ authorization: signedWith(door.credentials) });

      it("lets its own cloud in", async () => {
        await ask(door.credentials);
      });

      it("lets in a task with a key of its own, once it is told of it", async () => {
        const own = { ...door.credentials, accessKeyId: randomBytes(16).toString("hex") };
        await assert.rejects(ask(own), { name: "InvalidAccessKeyId" });
        door.admit(own.accessKeyId);
        await ask(own);
      });

      it("keeps out whoever signs with what can be guessed, and the SDK says why", async () => {
        for (const accessKeyId of ["local", "S3RVER", new Door().credentials.accessKeyId]) {
          await assert.rejects(ask({ ...door.credentials, accessKeyId }), {
            name: "InvalidAccessKeyId",
            message: "The local run knows no such access key.",
          });
        }
      });

      it("keeps out whoever signs nothing", async () => {
        assert.equal((await call(endpoints[service] ?? "")).status, 403);
      });

      it("keeps out a page that has a name of its own point to this machine", async () => {
        const { port } = new URL(endpoints[service] ?? "");
        for (const host of [
          `rebound.example:${port}`,
          "127.0.0.1",
          `127.0.0.1:${Number(port) + 1}`,
          "localhost",
        ]) {
          const headers = { ...signed(), host };
          assert.equal((await call(endpoints[service] ?? "", { headers })).status, 403, host);
        }
      });

      it("keeps out every page, without reading what it sends", async () => {
        for (const origin of ["https://evil.example", "null", endpoints[service] ?? ""]) {
          const headers = { ...signed(), origin, "content-length": "1000000" };
          const answer = await call(endpoints[service] ?? "", { method: "POST", headers, body: null });
          assert.equal(answer.status, 403, origin);
          assert.equal(answer.headers.connection, "close");
        }
      });
    });
  }

  it("takes no file from a form, whatever its key", async () => {
    const form = (name: string, value: string, file = "") =>
      `--x\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`;
    const body = `${form("key", "thumb/cat.png")}${form("file", "planted", '; filename="a"')}--x--\r\n`;
    const headers = { "content-type": "multipart/form-data; boundary=x", origin: "https://evil.example" };
    const answer = await call(`${endpoints["S3"] ?? ""}/videos`, { method: "POST", headers, body });
    assert.equal(answer.status, 403);
    assert.equal((await s3.send(new ListObjectsV2Command({ Bucket: "videos" }))).KeyCount, 0);
  });

  describe("with an origin that is allowed", () => {
    const origin = "http://127.0.0.1:8080";
    const open = new Door({ allowedOrigins: [origin] });
    let server: Server;
    let url: string;
    before(async () => {
      server = createServer((_request, response) => response.end("in"));
      open.guard(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      url = `http://localhost:${(server.address() as AddressInfo).port}/videos/cat.mp4`;
    });
    after(() => {
      server.close();
      server.closeAllConnections();
    });

    it("lets that page in with what was signed for it, and its preflight", async () => {
      const presigned = `${url}?X-Amz-Credential=${open.credentials.accessKeyId}%2F20260101%2Fx`;
      assert.equal((await call(presigned, { method: "PUT", headers: { origin } })).body, "in");
      assert.equal((await call(url, { method: "OPTIONS", headers: { origin } })).body, "in");
    });

    it("keeps the same page out without, and every other page", async () => {
      assert.equal((await call(url, { method: "PUT", headers: { origin } })).status, 403);
      const presigned = `${url}?X-Amz-Credential=${door.credentials.accessKeyId}%2F20260101%2Fx`;
      assert.equal((await call(presigned, { headers: { origin } })).status, 403);
      const headers = { origin: "http://127.0.0.1:8081", authorization: signedWith(open.credentials) };
      assert.equal((await call(url, { method: "OPTIONS", headers })).status, 403);
    });
  });
});
