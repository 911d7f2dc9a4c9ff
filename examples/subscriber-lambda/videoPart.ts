/**
 * What one message tells of a video, for one's own database. A video's row has two parts, its thumbnail and all of its
 * outputs, and a message replaces one of them whole.
 */
export interface VideoPart {
  /** `BUCKET/KEY`; no bucket's name has a slash. */
  readonly video: string;
  readonly part: "thumbnail" | "outputs";
  /** The greater, as text, the later: a part is stored over one of a lesser version only. */
  readonly version: string;
  /** The message, JSON. */
  readonly content: string;
}

/**
 * Reads a message of the topic `thumbnailTopicArn`; `publishedAt` is the time that SNS tells with it. Undefined is one
 * that there is nothing to store of: of a type that is not known here, since later versions may add some, or a picture
 * that was made of no video of the bucket.
 * Throws an Error that names what is wrong with a message that the pipeline does not send.
 */
export function videoPartOf(message: string, publishedAt: string): VideoPart | undefined {
  const told = objectIn(JSON.parse(message), "the message");
  if (told["type"] === "thumbnail-created") {
    if (told["videoKey"] === null) return undefined;
    // SNS's own time would not do alone: of two Lambdas that tell at once, the one that looked first may be the later.
    const storedAt = told["lastModified"] ?? publishedAt;
    return {
      video: `${text(told["videoBucket"] ?? told["bucket"], "bucket")}/${text(told["videoKey"], "videoKey")}`,
      part: "thumbnail",
      version: `${time(storedAt, "lastModified")} ${time(publishedAt, "the time of publishing")}`,
      content: message,
    };
  }
  if (told["type"] === "outputs-ready") {
    const video = objectIn(told["video"], "video");
    return {
      video: `${text(video["bucket"] ?? told["bucket"], "bucket")}/${text(video["key"], "video.key")}`,
      part: "outputs",
      // Not the video's own time: where its earlier version became the current one again, that goes back.
      version: time(told["madeAt"], "madeAt"),
      content: message,
    };
  }
  return undefined;
}

function objectIn(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${what} is not an object: ${JSON.stringify(value)}`);
  return value as Record<string, unknown>;
}

function text(value: unknown, what: string): string {
  if (typeof value !== "string" || value === "")
    throw new Error(`${what} is not a text: ${JSON.stringify(value)}`);
  return value;
}

/** All in one form, so that the order of texts is the order of times. */
function time(value: unknown, what: string): string {
  const date = new Date(text(value, what));
  if (Number.isNaN(date.getTime())) throw new Error(`${what} is not a time: ${JSON.stringify(value)}`);
  return date.toISOString();
}
