import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Clock } from "./clock";
import type { Deliver, Faults } from "./faults/faults";
import type { CloudAccess } from "./localEnvironment";
import { localAccount } from "./program/resourceOutputs";
import type { Resource } from "./program/resources";
import type { Door } from "./services/door";
import type { DeadLetter } from "./services/events/deliveries";
import { EventBridge } from "./services/events/eventBridge";
import { deadLetterOf, InvokeGate, invocationOf } from "./services/lambda/invokePermissions";
import type { LocalFunctions } from "./services/lambda/registeredFunctions";
import { BucketEvents } from "./services/s3/events/bucketEvents";
import type { LocalS3 } from "./services/s3/s3";
import { queueUrl, tellSubscriber } from "./services/s3/events/subscribers";
import type { LocalClients } from "./services/servers";

export interface EventRoutesOptions {
  resources: Resource[];
  clock: Clock;
  door: Door;
  access: CloudAccess;
  clients: LocalClients;
  s3: LocalS3;
  functions: LocalFunctions;
  faults: Faults;
  /** Told of each event that EventBridge has given up, when that is where it stays. */
  onUndelivered: (letter: DeadLetter) => void;
}

/** The ways of events from S3 and ECS to whom they are for. */
export interface EventRoutes {
  bucketEvents: BucketEvents;
  eventBridge: EventBridge;
  /** Events that are on their way, and with no Lambda yet. */
  pending(): number;
}

/** From a bucket to the Lambdas, queues and topics of its notifications, and to the bus; from there to Lambdas. */
export function connectEvents(options: EventRoutesOptions): EventRoutes {
  const { resources, clock, door, access, clients, s3, functions, faults, onUndelivered } = options;
  const { region, endpoints } = access;
  const gate = new InvokeGate(door);
  const invokeAsync: Deliver = (functionArn, event) => {
    functions.invokeAsync(functionArn, event);
  };
  const deliverBusEvent = faults.busEvent?.(invokeAsync) ?? invokeAsync;
  const deliverS3Event = faults.s3Event?.(invokeAsync) ?? invokeAsync;
  let sending = 0;
  const send = (sent: Promise<unknown>) => {
    sending += 1;
    // What does not arrive any more: the cloud is ending.
    void sent.catch(() => undefined).finally(() => (sending -= 1));
  };

  const eventBridge = new EventBridge({
    ...{ resources, region, account: localAccount, clock },
    deliver({ targetArn, ruleArn, event }, refused) {
      const why = faults.refusal?.(targetArn);
      if (why !== undefined) {
        refused({ code: "THROTTLING", message: why, isFinal: false });
        return;
      }
      gate.deliver(
        invocationOf(targetArn, ruleArn),
        () => {
          deliverBusEvent(targetArn, event);
        },
        (message) => {
          refused({ code: "NO_PERMISSIONS", message, isFinal: true });
        },
      );
    },
    onDeadLetter(letter) {
      const { queueArn, ruleArn, event, attributes } = letter;
      onUndelivered(letter);
      if (queueArn === undefined) return;
      const message = new SendMessageCommand({
        QueueUrl: queueUrl(queueArn, endpoints),
        MessageBody: JSON.stringify(event),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [
            name,
            { DataType: "String", StringValue },
          ]),
        ),
      });
      gate.deliver(deadLetterOf(queueArn, ruleArn), () => {
        send(clients.sqs.send(message));
      });
    },
  });
  const bucketEvents = new BucketEvents({
    ...{ region, clock },
    notificationOf: (bucket) => s3.notificationOf(bucket),
    putOnBus: (event) => {
      eventBridge.put(event);
    },
    deliver({ kind, arn }, bucketArn, event) {
      if (kind === "function")
        gate.deliver(invocationOf(arn, bucketArn), () => {
          deliverS3Event(arn, event);
        });
      else send(tellSubscriber({ kind, arn }, event, { ...clients, endpoints }));
    },
  });
  return {
    bucketEvents,
    eventBridge,
    pending: () => gate.pending + eventBridge.waiting + sending,
  };
}
