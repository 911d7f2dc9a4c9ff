/** What happened to an object of a bucket, whichever way S3 told it. */
export interface ObjectEvent {
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
  readonly kind: "created" | "tagged" | "removed";
  /** Without quotes. */
  readonly eTag?: string;
  /** Bytes. S3 tells it of an upload alone. */
  readonly size?: number;
  /** ISO 8601; by EventBridge in whole seconds. */
  readonly time: string;
}

/**
 * What an event of S3's holds, each part of one object: the records of a notification, or S3's event by EventBridge, which
 * is of one object. {@link readObjectEvent} reads each of them.
 * @throws Error that shows the event, when it is neither
 */
export function objectEventsIn(event: unknown): readonly unknown[] {
  const { Records, source } = fieldsOf(event);
  if (Array.isArray(Records)) return Records;
  if (source === "aws.s3") return [event];
  throw new Error(
    `The event is neither a notification of S3's (Records) nor S3's by EventBridge (source aws.s3): ${excerpt(event)}`,
  );
}

/**
 * What happened to the object of one part of an event.
 * @throws Error that names what is wrong with it, and the key where it has one
 */
export function readObjectEvent(part: unknown): ObjectEvent {
  return fieldsOf(part)["detail-type"] === undefined ? ofNotification(part) : ofEventBridge(part);
}

/** The key of the object, as it was told where it cannot be decoded; null where there is none. */
export function keyToldIn(part: unknown): string | null {
  const fields = fieldsOf(part);
  const { key } = fieldsOf(fieldsOf(fields["s3"] ?? fields["detail"])["object"]);
  if (typeof key !== "string") return null;
  try {
    return fields["s3"] === undefined ? key : decoded(key);
  } catch {
    return key;
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
const kindsOfNotification: Readonly<Record<string, ObjectEvent["kind"]>> = {
  ObjectCreated: "created",
  ObjectTagging: "tagged",
  ObjectRemoved: "removed",
  LifecycleExpiration: "removed",
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
function ofNotification(record: unknown): ObjectEvent {
  const { eventName, eventTime, s3 } = fieldsOf(record);
  const { bucket, object } = fieldsOf(s3);
  const { key, eTag, size } = fieldsOf(object);
  return {
    ...objectOf({ bucket, key: typeof key === "string" ? decoded(key) : key, eTag, size }, record),
    kind: kindOf(String(eventName).replace(/^s3:/, "").split(":")[0], kindsOfNotification, eventName, record),
    time: timeOf(eventTime, record),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html */
const kindsByEventBridge: Readonly<Record<string, ObjectEvent["kind"]>> = {
  "Object Created": "created",
  "Object Tags Added": "tagged",
  "Object Tags Deleted": "tagged",
  "Object Deleted": "removed",
};

/** The key is not encoded here. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
function ofEventBridge(event: unknown): ObjectEvent {
  const { "detail-type": type, source, time, detail } = fieldsOf(event);
  if (source !== "aws.s3") throw wrong(`source is ${excerpt(source)}; allowed: aws.s3`, event);
  const { bucket, object } = fieldsOf(detail);
  const { key, etag, size } = fieldsOf(object);
  return {
    ...objectOf({ bucket, key, eTag: etag, size }, event),
    kind: kindOf(type, kindsByEventBridge, type, event),
    time: timeOf(time, event),
  };
}

/** A record's key is URL-encoded, with `+` for a space. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    throw new Error(`The event's object key "${key}" is not URL-encoded as S3 does it.`);
  }
}

function objectOf(
  told: Record<"bucket" | "key" | "eTag" | "size", unknown>,
  part: unknown,
): Pick<ObjectEvent, "bucket" | "key" | "eTag" | "size"> {
  const { name } = fieldsOf(told.bucket);
  const { key, eTag, size } = told;
  if (typeof name !== "string" || name === "") throw wrong("it names no bucket", part);
  if (typeof key !== "string" || key === "") throw wrong("it names no object", part);
  if (eTag !== undefined && typeof eTag !== "string") throw wrong(`the ETag is ${excerpt(eTag)}`, part);
  if (size !== undefined && !(Number.isSafeInteger(size) && (size as number) >= 0))
    throw wrong(`the size is ${excerpt(size)}; allowed: a number of bytes`, part);
  return {
    bucket: name,
    key,
    ...(eTag !== undefined && { eTag }),
    ...(size !== undefined && { size: size as number }),
  };
}

function kindOf(
  name: unknown,
  kinds: Readonly<Record<string, ObjectEvent["kind"]>>,
  told: unknown,
  part: unknown,
): ObjectEvent["kind"] {
  const kind = typeof name === "string" && Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined)
    throw wrong(`it tells of ${excerpt(told)}; allowed: ${Object.keys(kinds).join(", ")}`, part);
  return kind;
}

function timeOf(time: unknown, part: unknown): string {
  if (typeof time !== "string" || !/^\d{4}-\d\d-\d\dT/.test(time) || Number.isNaN(Date.parse(time)))
    throw wrong(`its time is ${excerpt(time)}; allowed: one in ISO 8601`, part);
  return time;
}

function wrong(problem: string, part: unknown): Error {
  const key = keyToldIn(part);
  return new Error(`S3's event${key === null ? "" : ` of ${excerpt(key)}`} is not understood: ${problem}.`);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** A key has up to 1,024 bytes, and then some for quotes. */
const longestExcerpt = 1100;

function excerpt(value: unknown): string {
  const text = value === undefined ? "undefined" : JSON.stringify(value);
  return text.length > longestExcerpt ? `${text.slice(0, longestExcerpt)}…` : text;
}
