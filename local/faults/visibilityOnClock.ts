import type { PassToSqs } from "../services/messaging";
import type { Callers } from "./callers";
import type { Faults } from "./faults";
import type { Injector } from "./injector";

interface Held {
  taskId: string;
  queueUrl: unknown;
  visibilitySeconds: number;
  cancel?: () => void;
}

/**
 * Runs the visibility timeout of received messages on the local cloud's clock. While the task that has received one
 * runs, it keeps the message hidden (the worker's heartbeat does); the timeout begins when the task has ended, or when
 * it says that it leaves the message to others. What the task signs with tells which task it is.
 */
export function visibilityOnClock({ clock }: Injector, callers: Callers): Faults {
  const held = new Map<string, Held>();
  let toSqs: PassToSqs | undefined;

  const countDown = (receipt: string, seconds: number) => {
    const message = held.get(receipt);
    if (message === undefined) return;
    message.cancel?.();
    message.cancel = clock.after(seconds * 1000, () => {
      held.delete(receipt);
      void toSqs?.({
        action: "ChangeMessageVisibility",
        input: { QueueUrl: message.queueUrl, ReceiptHandle: receipt, VisibilityTimeout: 0 },
        accessKeyId: message.taskId,
      });
    });
  };
  callers.onEnd((taskId) => {
    for (const [receipt, message] of held) {
      if (message.taskId === taskId && message.cancel === undefined)
        countDown(receipt, message.visibilitySeconds);
    }
  });

  return {
    sqs: async (call, pass) => {
      const { action, input, accessKeyId } = call;
      toSqs = pass;
      const receipt = String(input["ReceiptHandle"]);
      if (!callers.isFromTask(accessKeyId)) return pass(call);
      const answer = await pass(call);
      if (action === "ReceiveMessage") {
        const { Messages = [] } = answer.body as { Messages?: { ReceiptHandle: string }[] };
        for (const { ReceiptHandle } of Messages) {
          const visibilitySeconds = Number(input["VisibilityTimeout"] ?? 120);
          held.set(ReceiptHandle, { taskId: accessKeyId, queueUrl: input["QueueUrl"], visibilitySeconds });
          if (!callers.isTask(accessKeyId)) countDown(ReceiptHandle, visibilitySeconds);
        }
      } else if (action === "DeleteMessage") {
        held.get(receipt)?.cancel?.();
        held.delete(receipt);
      } else if (action === "ChangeMessageVisibility") {
        const seconds = Number(input["VisibilityTimeout"]);
        if (seconds === 0) held.delete(receipt);
        else countDown(receipt, seconds);
      }
      return answer;
    },
  };
}
