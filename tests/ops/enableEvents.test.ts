import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client } from "@aws-sdk/client-s3";
import { shownJson } from "../../contract/shown";
import { readArguments, UsageError } from "../../ops/arguments";
import { connectS3, enableEvents } from "../../ops/commands/enableEvents";
import type { Terminal } from "../../ops/terminal";

const document = (...elements: string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
  `${elements.join("\n  ")}</NotificationConfiguration>`;

const topic =
  "<TopicConfiguration><Id>all of it</Id><Topic>arn:aws:sns:eu-west-1:111122223333:told</Topic>" +
  "<Event>s3:ObjectRemoved:*</Event><Event>s3:Some:FutureEvent</Event></TopicConfiguration>";
const queue =
  "<QueueConfiguration><Id>a &amp; b &lt;\u202e</Id><Queue>arn:aws:sqs:eu-west-1:111122223333:neighbour</Queue>" +
  "<Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>Prefix</Name><Value> up loads/</Value></FilterRule>" +
  "<FilterRule><Name>Suffix</Name><Value>.mp4</Value></FilterRule></S3Key></Filter></QueueConfiguration>";
const otherQueue = queue.replace("a &amp; b &lt;\u202e", "another").replace(":neighbour", ":second");
const lambda =
  "<CloudFunctionConfiguration><Id>l</Id><CloudFunction>arn:aws:lambda:eu-west-1:111122223333:function:f</CloudFunction>" +
  "<Event>s3:ObjectCreated:Put</Event></CloudFunctionConfiguration>";
const eventBridge = "<EventBridgeConfiguration/>";

describe("npm run ops: enable-events", () => {
  let server: Server;
  let s3: S3Client;
  /** What S3 has of each bucket; a request for another one is answered with 404. */
  const buckets = new Map<string, string>();
  const requests: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  /** What somebody else does at that request, counted from 1; and what S3 shows then. */
  let meanwhile: (count: number) => string | undefined;
  let answer: boolean | undefined;
  let pauses: number[];
  const interrupt = { current: new AbortController() };

  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        const body = Buffer.concat(chunks).toString();
        const bucket = /^\/([^/?]+)\/?\?notification=?(&|$)/.exec(url)?.[1] ?? "";
        requests.push({ method, url, headers, body });
        const shownInstead = meanwhile(requests.length);
        const found = buckets.get(bucket);
        if (found === undefined) {
          response.writeHead(404);
          response.end("<Error><Code>NoSuchBucket</Code><Message>No such bucket</Message></Error>");
        } else if (found === "denied") {
          response.writeHead(403);
          response.end("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
        } else if (method === "GET") response.end(shownInstead ?? found);
        else {
          buckets.set(bucket, body);
          response.end();
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    s3 = new S3Client({
      region: "eu-west-1",
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      forcePathStyle: true,
      credentials: { accessKeyId: "KEY", secretAccessKey: "secret" },
    });
  });
  after(() => {
    s3.destroy();
    server.close();
    server.closeAllConnections();
  });
  beforeEach(() => {
    buckets.clear();
    requests.length = 0;
    meanwhile = () => undefined;
    answer = true;
    pauses = [];
    interrupt.current = new AbortController();
  });

  async function types(...words: string[]) {
    const args = readArguments(["enable-events", "--bucket", "media", "--region", "eu-west-1", ...words]);
    assert.ok(args !== "help");
    const told = { printed: "", said: "", asked: [] as string[] };
    const terminal: Terminal = {
      print: (line) => (told.printed += `${line}\n`),
      printJson: (value) => (told.printed += `${shownJson(value)}\n`),
      say: (line) => (told.said += `${line}\n`),
      ask: (question) => {
        told.asked.push(question);
        return answer === undefined ? Promise.reject(new UsageError(question)) : Promise.resolve(answer);
      },
      progress: () => ({ to: () => undefined, stop: () => undefined }),
      interrupted: interrupt.current.signal,
    };
    const pause = (ms: number) => Promise.resolve(pauses.push(ms));
    return { code: await enableEvents(s3, args, terminal, pause), ...told };
  }
  const methods = () => requests.map(({ method }) => method).join(" ");
  /** Each element with its text, whatever their order. */
  const texts = (xml: string) => (xml.match(/<\w+\/>|<(\w+)>[^<]*<\/\1>/g) ?? []).sort();

  it("adds EventBridge to what is there, of every kind, with ids, filters and events that it does not know", async () => {
    buckets.set("media", document(topic, queue, otherQueue, lambda));
    const { code, printed, asked } = await types();
    assert.equal(code, 0);
    assert.equal(
      printed,
      "S3 tells EventBridge of what happens in the bucket media; the rest is as it was.\n",
    );
    assert.deepEqual(asked, ["Turn EventBridge on for the bucket media?"]);
    assert.equal(methods(), "GET GET PUT GET");
    const written = buckets.get("media")!;
    assert.deepEqual(texts(written), texts(document(topic, queue, otherQueue, lambda, eventBridge)));
    for (const kind of ["TopicConfiguration", "QueueConfiguration", "CloudFunctionConfiguration"])
      assert.equal(written.split(`<${kind}>`).length - 1, kind === "QueueConfiguration" ? 2 : 1);
    assert.match(written, /<Value> up loads\/<\/Value>/);
  });

  it("shows what is there before it asks, and sends no test event to others' queues", async () => {
    buckets.set("media", document(topic, queue));
    const { said } = await types();
    assert.equal(
      said,
      `The bucket media tells of what happens in it, which stays as it is:
  arn:aws:sns:eu-west-1:111122223333:told: s3:ObjectRemoved:*, s3:Some:FutureEvent (all of it)
  arn:aws:sqs:eu-west-1:111122223333:neighbour: s3:ObjectCreated:* of " up loads/*.mp4" (a & b <\\u{202e})
EventBridge will be told of all that happens in it besides (EventBridgeConfiguration).
It may take about five minutes until it does so.
`,
    );
    assert.equal(requests[2]?.headers["x-amz-skip-destination-validation"], "true");
  });

  it("does it for a bucket that tells nobody", async () => {
    buckets.set("media", document());
    const { code, said } = await types("--yes");
    assert.equal(code, 0);
    assert.match(said, /^The bucket media tells nobody of what happens in it\.\n/);
    assert.deepEqual(texts(buckets.get("media")!), [eventBridge]);
  });

  it("writes nothing where EventBridge is on already, and asks nobody", async () => {
    buckets.set("media", document(queue, eventBridge));
    const { code, printed, asked } = await types();
    assert.deepEqual([code, asked, methods()], [0, [], "GET"]);
    assert.match(printed, /of the bucket media already; nothing was changed\./);
  });

  it("tells programs what it did", async () => {
    buckets.set("media", document(queue));
    const line = async (): Promise<unknown> => JSON.parse((await types("--yes", "--json")).printed);
    assert.deepEqual(await line(), { bucket: "media", eventBridge: true, changed: true });
    assert.deepEqual(await line(), { bucket: "media", eventBridge: true, changed: false });
  });

  it("writes nothing without a yes, or after Ctrl-C", async () => {
    buckets.set("media", document(queue));
    answer = false;
    const refused = await types();
    assert.deepEqual([refused.code, methods()], [1, "GET"]);
    assert.match(refused.said, /Nothing was changed\.\n$/);
    answer = undefined;
    await assert.rejects(types(), UsageError);
    interrupt.current.abort();
    assert.equal((await types("--yes")).code, 130);
    assert.equal(methods(), "GET GET GET");
  });

  const unknown: [what: string, document: string, named: RegExp][] = [
    [
      "a field",
      document(topic.replace("</Id>", "</Id><Future>7</Future>"), queue),
      /TopicConfiguration\/Future = 7/,
    ],
    [
      "a kind",
      document(queue, "<StreamConfiguration><Arn>a</Arn></StreamConfiguration>"),
      /StreamConfiguration\/Arn = a/,
    ],
    [
      "a filter",
      document(queue.replace("</Filter>", "<Size>5</Size></Filter>")),
      /QueueConfiguration\/Filter\/Size = 5/,
    ],
    [
      "an attribute",
      document(lambda.replace("<CloudFunctionConfiguration>", '<CloudFunctionConfiguration version="2">')),
      /CloudFunctionConfiguration\/version = 2/,
    ],
  ];
  for (const [what, before, named] of unknown) {
    it(`refuses to lose ${what} that the SDK does not know, and says how else to do it`, async () => {
      buckets.set("media", before);
      const { code, said, asked } = await types("--yes");
      assert.deepEqual([code, asked, methods()], [1, [], "GET"]);
      assert.match(said, named);
      assert.match(said, /Nothing was changed\. S3's console can/);
      assert.equal(buckets.get("media"), before);
    });
  }

  it("stops when somebody changes the notifications before it writes", async () => {
    buckets.set("media", document(queue));
    meanwhile = (count) => {
      if (count === 2) buckets.set("media", document(queue, lambda));
      return undefined;
    };
    const { code, said } = await types();
    assert.deepEqual([code, methods()], [1, "GET GET"]);
    assert.match(said, /Somebody has changed the notifications of media meanwhile\. Nothing was changed/);
    assert.equal(buckets.get("media"), document(queue, lambda));
  });

  it("goes on where S3 tells the same in another order", async () => {
    buckets.set("media", document(topic, queue, otherQueue));
    meanwhile = (count) => {
      if (count === 2) buckets.set("media", document(otherQueue, queue, topic));
      return undefined;
    };
    assert.equal((await types()).code, 0);
  });

  it("says what got lost when somebody writes at the same moment", async () => {
    buckets.set("media", document(queue));
    meanwhile = (count) => {
      if (count === 4) buckets.set("media", document(queue, lambda));
      return undefined;
    };
    const { code, said, printed } = await types();
    assert.deepEqual([code, printed], [1, ""]);
    assert.match(
      said,
      /They lack: EventBridgeConfiguration; and have besides: CloudFunctionConfiguration\/CloudFunction = arn/,
    );
  });

  it("waits while S3 still shows what was before, and says so when it never shows the new", async () => {
    const before = document(queue);
    buckets.set("media", before);
    meanwhile = (count) => (count > 3 && count < 6 ? before : undefined);
    assert.equal((await types()).code, 0);
    assert.deepEqual(pauses, [1000, 2000]);
    buckets.set("media", before);
    meanwhile = () => before;
    const { code, said } = await types();
    assert.equal(code, 1);
    assert.match(said, /S3 has taken the notifications of media, and does not show it yet/);
  });

  it("says when there is no such bucket, and whose right is missing", async () => {
    const gone = await types();
    assert.deepEqual([gone.code, gone.said], [1, "There is no bucket media.\n"]);
    buckets.set("media", "denied");
    await assert.rejects(types(), /Access Denied/);
  });

  it("needs a bucket and no stack", () => {
    const refused: [string[], RegExp][] = [
      [[], /takes the name of the bucket: --bucket NAME/],
      [["--bucket", ""], /takes the name of the bucket/],
      [["--bucket", "a", "--stack", "prod"], /about a bucket alone; not --stack\./],
      [["--bucket", "a", "--cluster", "c", "--jobs-queue", "q"], /not --jobs-queue, --cluster\./],
      [["--bucket", "a", "b"], /takes no further words; not "b"/],
      [["--bucket", "a", "--local", "--region", "eu-west-1"], /Either --local or --region/],
      [["--bucket", "a", "--dry-run"], /enable-events: Unknown option '--dry-run'/],
    ];
    for (const [words, message] of refused)
      assert.throws(() => readArguments(["enable-events", ...words]), { name: "Error", message });
    const args = readArguments(["enable-events", "--bucket", "a", "--local", "--out", "kept"]);
    assert.ok(args !== "help" && args.local && args.outDirectory === "kept");
  });

  it("says which call failed, and where", async () => {
    const args = readArguments(["enable-events", "--bucket", "media", "--region", "eu-west-1"]);
    assert.ok(args !== "help");
    const client = await connectS3(args);
    assert.equal(await client.config.region(), "eu-west-1");
    client.middlewareStack.add(() => () => Promise.reject(new Error("no network")), { step: "initialize" });
    await assert.rejects(
      enableEvents(client, args, {} as Terminal),
      /no network \(S3 GetBucketNotificationConfiguration on media in eu-west-1\)/,
    );
  });
});
