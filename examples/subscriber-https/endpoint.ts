import type { IncomingMessage, RequestListener } from "node:http";
import { videoPartOf } from "../subscriber-lambda/videoPart";
import type { VideoPart } from "../subscriber-lambda/videoPart";
import { signingKeys } from "./signingKeys";
import { isAddressOfSns, RefusedError, verified } from "./snsMessage";
import type { SnsMessage } from "./snsMessage";

export interface EndpointOptions {
  /** The only topic that is listened to. */
  readonly topicArn: string;
  /** Stores what a message tells, unless it is known; whether it has. */
  readonly store: (told: VideoPart) => boolean;
  readonly publicKeyAt?: (address: string) => Promise<string>;
  /** Gets an address of SNS's, which confirms the subscription. */
  readonly confirm?: (address: string) => Promise<void>;
  readonly now?: () => number;
  readonly log?: (line: object) => void;
}

/** SNS's largest message has 256 KiB; JSON may write each byte of it as six. */
const maxBodyBytes = 2 * 1024 * 1024;

class TooLargeError extends Error {}
class UnreadableError extends Error {}

/**
 * Handles what SNS posts, of which nothing is believed before its signature is checked. What is refused or can not be read
 * is answered with a status that makes SNS give up, and send it to the subscription's dead-letter queue; every other
 * failure with one that makes it try again.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
 */
export function endpoint(options: EndpointOptions): RequestListener {
  const { log = console.log, publicKeyAt = signingKeys() } = options;
  return (request, response) => {
    handle(request, { ...options, publicKeyAt })
      .then((line) => {
        log(line);
        response.writeHead(200).end();
      })
      .catch((error: unknown) => {
        const status = statusOf(error);
        log({ became: status === 500 ? "failed" : "refused", reason: String(error) });
        // What is still to come of a body that is too large is not wanted.
        response.writeHead(status, { connection: "close" }).end();
      });
  };
}

async function handle(
  request: IncomingMessage,
  options: EndpointOptions & Required<Pick<EndpointOptions, "publicKeyAt">>,
): Promise<object> {
  const { topicArn, publicKeyAt, store, confirm = get, now = Date.now } = options;
  if (request.method !== "POST") throw new RefusedError(`SNS sends no ${request.method ?? ""}`);
  const message = await verified(await bodyOf(request), { topicArn, publicKeyAt, nowMs: now() });
  const line = { messageId: message.MessageId, type: message.Type };
  if (message.Type === "SubscriptionConfirmation") {
    const address = message.SubscribeURL ?? "";
    if (!isAddressOfSns(topicArn, address)) throw new RefusedError(`${address} is not SNS's`);
    await confirm(address);
    return { ...line, became: "confirmed" };
  }
  // To confirm this one, too, would undo what somebody has asked SNS for.
  if (message.Type === "UnsubscribeConfirmation") return { ...line, became: "unsubscribed" };
  const told = read(message);
  const became = told === undefined ? "ignored" : store(told) ? "stored" : "known";
  return { ...line, video: told?.video, part: told?.part, became };
}

function read({ Message, Timestamp }: SnsMessage): VideoPart | undefined {
  try {
    return videoPartOf(Message, Timestamp);
  } catch (error) {
    throw new UnreadableError(error instanceof Error ? error.message : String(error));
  }
}

function statusOf(error: unknown): number {
  if (error instanceof RefusedError) return 403;
  if (error instanceof TooLargeError) return 413;
  return error instanceof UnreadableError ? 422 : 500;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new TooLargeError(`It has more than ${maxBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function get(address: string): Promise<void> {
  const response = await fetch(address, { redirect: "error", signal: AbortSignal.timeout(5000) });
  if (!response.ok) throw new Error(`The subscription is not confirmed: SNS answers ${response.status}.`);
  await response.body?.cancel();
}
