import type { SqsFront } from "../services/messaging";
import type { Callers } from "./callers";
import type { Faults } from "./faults";
import type { Injector } from "./injector";

/** How often SQS does to a worker what it may do at any time; each from 0 to 1. */
export interface SqsTroubles {
  /** A message in a worker's hand is given to another one too; once for each message. */
  twiceAtOnce?: number;
  /** A message comes once more after it has been deleted. */
  againAfterDelete?: number;
  /** A deletion is confirmed and does not happen. */
  deleteLost?: number;
  /** A call fails with 500 or 503. */
  fails?: number;
}

/**
 * SQS's at-least-once delivery at its worst. Stands outside of what runs the visibility timeouts.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
 */
export function sqsTroubles(injector: Injector, callers: Callers, troubles: SqsTroubles): Faults {
  const { twiceAtOnce = 0, againAfterDelete = 0, deleteLost = 0, fails = 0 } = troubles;
  const givenTwice = new Set<string>();
  const bodies = new Map<string, string>();

  const sqs: SqsFront = async (call, pass) => {
    const { action, input, accessKeyId } = call;
    if (!callers.isFromTask(accessKeyId)) return pass(call);
    if (injector.strikes(`SQS fails ${action}`, fails)) {
      const status = injector.random("SQS status").next() < 0.5 ? 500 : 503;
      return { status, body: { __type: "ServiceUnavailable", message: "The service is unavailable." } };
    }
    if (action === "DeleteMessage" && injector.strikes("SQS loses a deletion", deleteLost)) {
      // The worker's heartbeat ends all the same, so that the message shows again in its time.
      await pass({ ...call, action: "ChangeMessageVisibility", input: { ...input, VisibilityTimeout: 120 } });
      return { status: 200, body: {} };
    }
    const answer = await pass(call);
    if (action === "ReceiveMessage") {
      const { Messages = [] } = answer.body as {
        Messages?: { MessageId: string; ReceiptHandle: string; Body: string }[];
      };
      for (const { MessageId, ReceiptHandle, Body } of Messages) {
        bodies.set(ReceiptHandle, Body);
        if (givenTwice.has(MessageId) || !injector.strikes("SQS gives a message twice", twiceAtOnce))
          continue;
        givenTwice.add(MessageId);
        const { QueueUrl } = input;
        const again = { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 };
        await pass({ ...call, action: "ChangeMessageVisibility", input: again });
      }
    }
    const body = bodies.get(String(input["ReceiptHandle"]));
    if (action === "DeleteMessage" && body !== undefined) {
      bodies.delete(String(input["ReceiptHandle"]));
      if (injector.strikes("SQS gives a deleted message", againAfterDelete)) {
        const { QueueUrl } = input;
        await pass({ ...call, action: "SendMessage", input: { QueueUrl, MessageBody: body } });
      }
    }
    return answer;
  };
  return { sqs };
}
