/** A key's beginning in characters that S3, policies, patterns of events and files all take as they are. */
const safe = /^[A-Za-z0-9!_.'()-]+(\/[A-Za-z0-9!_.'()-]+)*\/?$/;

/** Bytes. The rest of a key's 1,024 is left to what comes after it. */
const longestPrefix = 200;

/** Each is a filter of its own of the bucket's notifications, of which S3 takes a hundred in all. */
const maxPrefixes = 10;

/** Whether one of two keys' beginnings begins with the other: some key then has both. */
export function isOneWithin(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

/** What the keys of outputs begin with, such as `thumb/`. */
export function parseOutputPrefix(text: string): string {
  if (!isSafe(text) || !text.endsWith("/"))
    throw new Error(
      `allowed: up to ${longestPrefix} of A-Z a-z 0-9 ! _ . ' ( ) - and slashes between them, with a slash at its end, such as "thumb/"`,
    );
  return text;
}

/** What the keys of videos begin with, such as `["uploads/"]`. */
export function parsePrefixes(text: string): string[] {
  const allowed = `allowed: a list of what keys begin with, such as ["uploads/"]`;
  const prefixes = listOf(text, allowed);
  const wrong = prefixes.find((prefix) => typeof prefix !== "string" || !isSafe(prefix));
  if (wrong !== undefined)
    throw new Error(
      `${JSON.stringify(wrong)} is no beginning of a key; ${allowed}, of A-Z a-z 0-9 ! _ . ' ( ) - and slashes between them`,
    );
  if (prefixes.length > maxPrefixes)
    throw new Error(`it has ${prefixes.length}; allowed: up to ${maxPrefixes}`);
  const texts = prefixes as string[];
  for (const [index, a] of texts.entries()) {
    const b = texts.find((other, place) => place !== index && isOneWithin(a, other));
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
    if (b !== undefined)
      throw new Error(`"${a}" and "${b}" have keys in common, and S3 allows only one of them; leave one out`);
  }
  return texts;
}

function isSafe(text: string): boolean {
  return safe.test(text) && text.length <= longestPrefix && !/(^|\/)\.{1,2}(\/|$)/.test(text);
}

function listOf(text: string, allowed: string): unknown[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list;
  } catch {
    // It is said below.
  }
  throw new Error(allowed);
}
