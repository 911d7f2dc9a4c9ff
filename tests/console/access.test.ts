import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { connect as connectSocket } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import path from "node:path";
import { startConsole, type RunningConsole } from "../../console/server/console";
import { infoOf } from "../../console/server/info";
import { connect, withDefaults } from "../../ops/stack";

/** A stack that nobody reaches: what is asked here comes to no service. */
const stack = connect(
  "options",
  withDefaults({
    region: "eu-west-1",
    bucketName: "media",
    outputBucketName: "pictures",
    jobQueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
    failedJobsQueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/failed-jobs",
    failedEventsQueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/failed-events",
  }),
);

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

describe("access to the console", () => {
  let running: RunningConsole;
  let port: number;
  let cookie: string;
  const pageDirectory = mkdtempSync(path.join(tmpdir(), "page-"));

  before(async () => {
    writeFileSync(
      path.join(pageDirectory, "index.html"),
      '<!doctype html><script nonce="{{nonce}}"></script>',
    );
    running = await startConsole({
      stack,
      info: infoOf(stack, { isReadOnly: false, opsOptions: "" }),
      readSettings: () => Promise.resolve([]),
      pageDirectory,
      port: 0,
    });
    port = Number(new URL(running.origin).port);
    const { headers } = await ask(new URL(running.address).search);
    cookie = (headers["set-cookie"]?.[0] ?? "").split(";")[0] ?? "";
  });
  after(async () => {
    await running.stop();
    stack.destroy();
    rmSync(pageDirectory, { recursive: true });
  });

  /** `address` is a path, or the query of the root. */
  function ask(
    address: string,
    { method = "GET", headers = {}, body }: { method?: string; headers?: object; body?: string } = {},
  ): Promise<Answer> {
    const target = address.startsWith("/") ? address : `/${address}`;
    const options = { port, host: "127.0.0.1", path: target, method, headers: { ...headers }, agent: false };
    return new Promise((resolve, reject) => {
      const request = http.request(options, (response) => {
        let text = "";
        response.on("data", (data: Buffer) => (text += data.toString()));
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      });
      request.on("error", reject);
      request.end(body);
    });
  }

  /** As written on the wire; gives the status line. */
  function askInWords(...lines: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connectSocket(port, "127.0.0.1", () => socket.end([...lines, "", ""].join("\r\n")));
      let text = "";
      socket.on("data", (data) => (text += data.toString()));
      socket.on("close", () => {
        resolve(text.split("\r\n")[0] ?? "");
      });
      socket.on("error", reject);
    });
  }

  const own = () => ({ cookie, origin: running.origin, "sec-fetch-site": "same-origin" });
  const json = (headers: object) => ({
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: "{}",
  });

  it("is had by whoever has the address, whose token becomes a cookie for no script and no other site", async () => {
    const { status, headers, body } = await ask(new URL(running.address).search);
    assert.equal(status, 200);
    assert.match(
      headers["set-cookie"]?.[0] ?? "",
      /^console-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    assert.match(body, /content="0;url=\/"/);
    assert.ok(
      !String(headers["set-cookie"]).includes(new URL(running.address).searchParams.get("token") ?? "?"),
    );
    const page = await ask("/", { headers: { cookie, "sec-fetch-site": "none" } });
    assert.equal(page.status, 200);
    assert.equal((await ask("/api/stack", { headers: { cookie } })).status, 200);
  });

  it("is had with another token, a part of it, or none by nobody", async () => {
    const token = new URL(running.address).searchParams.get("token") ?? "";
    for (const address of ["/", "/?token=", `/?token=${token.slice(1)}`, `/api/stack?token=${token}`]) {
      const { status, headers } = await ask(address);
      assert.deepEqual([address, status, headers["set-cookie"]], [address, 401, undefined]);
    }
    for (const value of ["", token, `${cookie}x`])
      assert.equal(
        (await ask("/api/stack", { headers: { cookie: `console-${port}=${value}` } })).status,
        401,
      );
  });

  it("takes no other name that leads to this machine", async () => {
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      `localhost:${port}`,
      "127.0.0.1",
      `127.0.0.1:1`,
    ])
      assert.equal((await ask("/api/stack", { headers: { cookie, host } })).status, 403, host);
    const to = (target: string, ...lines: string[]) =>
      askInWords(`GET ${target} HTTP/1.1`, ...lines, "Connection: close");
    const ownLines = [`Host: 127.0.0.1:${port}`, `Cookie: ${cookie}`];
    assert.match(await to("/api/stack", ...ownLines), / 200 /);
    assert.match(await to("http://evil.example/api/stack", ...ownLines), / 40[03] /);
    assert.match(await to("//evil.example/api/stack", ...ownLines), / 40[34] /);
    assert.match(await to("/api/stack", `Cookie: ${cookie}`), / 400 /);
    assert.match(await to("/api/stack", `Host: evil.example`, ...ownLines), / 40[03] /);
    assert.match(await askInWords("GET /api/stack HTTP/1.0", `Cookie: ${cookie}`), / 40[03] /);
  });

  it("is refused to pages of other sites, and of other ports, whose requests browsers send the cookie with", async () => {
    for (const site of ["same-site", "cross-site"]) {
      assert.equal((await ask("/api/stack", { headers: { cookie, "sec-fetch-site": site } })).status, 403);
      assert.equal((await ask("/api/redrive", json({ ...own(), "sec-fetch-site": site }))).status, 403);
    }
    for (const origin of ["http://127.0.0.1:1", "http://localhost", "null", "https://evil.example"]) {
      assert.equal((await ask("/api/stack", { headers: { ...own(), origin } })).status, 403);
      assert.equal((await ask("/api/redrive", json({ ...own(), origin }))).status, 403);
    }
  });

  it("lets another page lead here with the token, and nothing load or frame it", async () => {
    const { search } = new URL(running.address);
    const led = (dest: string, mode: string) =>
      ask(search, {
        headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": mode, "sec-fetch-dest": dest },
      });
    assert.equal((await led("document", "navigate")).status, 200);
    assert.equal((await led("iframe", "navigate")).status, 403);
    assert.equal((await led("image", "no-cors")).status, 403);
  });

  it("changes nothing for a request that may be another site's form", async () => {
    assert.equal((await ask("/api/redrive", json(own()))).status, 400, "it came in, and asked for nothing");
    assert.equal((await ask("/api/redrive", json({ cookie }))).status, 403, "no origin");
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "text/plain; application/json",
      "",
    ])
      assert.equal((await ask("/api/redrive", json({ ...own(), "content-type": type }))).status, 415);
    for (const method of ["PUT", "DELETE", "PATCH"])
      assert.equal((await ask("/api/redrive", { method, headers: json(own()).headers })).status, 404);
  });

  it("allows no other origin anything, also when asked beforehand", async () => {
    const asked = { origin: "http://127.0.0.1:1", "access-control-request-method": "POST" };
    for (const headers of [asked, { ...asked, cookie }, { ...asked, ...own() }]) {
      const { headers: answered } = await ask("/api/redrive", { method: "OPTIONS", headers });
      assert.deepEqual(
        Object.keys(answered).filter((name) => name.startsWith("access-control")),
        [],
      );
    }
  });

  it("answers HEAD as it answers GET", async () => {
    assert.equal((await ask("/api/stack", { method: "HEAD", headers: own() })).status, 200);
    assert.equal((await ask("/api/stack", { method: "HEAD" })).status, 401);
    assert.equal(
      (await ask("/api/stack", { method: "HEAD", headers: { ...own(), host: "evil.example" } })).status,
      403,
    );
  });

  it("takes no more than a few megabytes, said beforehand or not", async () => {
    const body = JSON.stringify({ text: "x".repeat(5 * 1024 ** 2) });
    const much = { ...json(own()), body };
    assert.equal((await ask("/api/redrive", much)).status, 413);
    const chunked = { ...json({ ...own(), "transfer-encoding": "chunked" }), body };
    assert.equal((await ask("/api/redrive", chunked)).status, 413);
  });

  it("says with every answer what a browser may do with it", async () => {
    const { search } = new URL(running.address);
    const answers = {
      token: await ask(search),
      page: await ask("/", { headers: own() }),
      api: await ask("/api/stack", { headers: own() }),
      refused: await ask("/", { headers: { host: "evil.example" } }),
      unknown: await ask("/api/nothing", { headers: own() }),
      stranger: await ask("/"),
    };
    for (const [what, { headers }] of Object.entries(answers)) {
      const told = (name: string) => String(headers[name]);
      assert.match(told("content-security-policy"), /default-src 'none'.*frame-ancestors 'none'/, what);
      assert.match(told("content-security-policy"), /script-src 'nonce-[^']+'; style-src 'nonce-/, what);
      assert.equal(told("x-content-type-options"), "nosniff", what);
      assert.equal(told("cross-origin-opener-policy"), "same-origin", what);
      assert.equal(told("cross-origin-resource-policy"), "same-origin", what);
      assert.equal(told("referrer-policy"), "no-referrer", what);
      assert.equal(told("cache-control"), "no-store", what);
    }
  });

  it("gives each page a nonce of its own, which its policy has, and the stack's buckets", async () => {
    const pages = [await ask("/", { headers: own() }), await ask("/", { headers: own() })];
    const nonces = pages.map(({ body }) => /nonce="([^"]+)"/.exec(body)?.[1] ?? "");
    assert.notEqual(nonces[0], nonces[1]);
    for (const [index, { headers }] of pages.entries()) {
      const policy = String(headers["content-security-policy"]);
      assert.ok(policy.includes(`script-src 'nonce-${nonces[index] ?? ""}'`));
      assert.match(policy, /connect-src 'self' https:\/\/media\.s3\.eu-west-1\.amazonaws\.com;/);
      assert.match(policy, /img-src [^;]*https:\/\/pictures\.s3\.eu-west-1\.amazonaws\.com;/);
    }
  });

  it("is open on 127.0.0.1 alone", async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((addresses = []) => addresses)
      .filter(({ address, scopeid = 0 }) => address !== "127.0.0.1" && scopeid === 0)
      .map(({ address }) => address);
    for (const host of [...others, "127.0.0.2"]) {
      const opened = await new Promise<boolean>((resolve) => {
        const socket = connectSocket({ port, host, timeout: 2000 });
        const end = (isOpen: boolean) => {
          socket.destroy();
          resolve(isOpen);
        };
        socket.on("connect", () => {
          end(true);
        });
        for (const name of ["error", "timeout"])
          socket.on(name, () => {
            end(false);
          });
      });
      assert.equal(opened, false, host);
    }
  });
});
