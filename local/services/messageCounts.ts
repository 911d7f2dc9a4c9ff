/** The messages of a queue, as fauxqs shows them. */
export interface QueueState<Message extends object = object> {
  ready: Message[];
  /** In milliseconds since 1970. */
  delayed: (Message & { delayUntil?: number })[];
  /** In milliseconds since 1970. */
  inflight: { message: Message; visibilityDeadline: number }[];
}

/**
 * How many messages a queue has in each state. fauxqs's own counts leave a message whose delay or visibility timeout is
 * over where it was until somebody asks for messages; of a job that waits so, nobody would learn that does not ask.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
 */
export function messageCounts({ ready, delayed, inflight }: QueueState, nowMs: number) {
  const stillDelayed = delayed.filter(({ delayUntil = 0 }) => delayUntil > nowMs).length;
  const stillHidden = inflight.filter(({ visibilityDeadline }) => visibilityDeadline > nowMs).length;
  return {
    ApproximateNumberOfMessages: ready.length + delayed.length + inflight.length - stillDelayed - stillHidden,
    ApproximateNumberOfMessagesDelayed: stillDelayed,
    ApproximateNumberOfMessagesNotVisible: stillHidden,
  };
}

/** An answer of GetQueueAttributes with these counts in place of its own, where it has any. */
export function withCounts(answer: string, counts: Record<string, number>): string {
  const { Attributes = {}, ...rest } = JSON.parse(answer) as { Attributes?: Record<string, string> };
  const corrected = Object.entries(Attributes).map(([name, value]) => [name, String(counts[name] ?? value)]);
  return JSON.stringify({ ...rest, Attributes: Object.fromEntries(corrected) as Record<string, string> });
}
