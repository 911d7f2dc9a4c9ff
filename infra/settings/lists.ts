import { parseRendition, renditionName } from "../../contract/extras";
import type { Rendition } from "../../contract/extras";

/** Each is encoded from the one frame that the worker has in memory. */
const maxRenditions = 8;

/** The texts of a list in JSON, as Pulumi keeps it. */
function parseList(text: string, allowed: string): unknown[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw new Error(allowed);
  }
  if (!Array.isArray(list)) throw new Error(allowed);
  return list;
}

/** Widths and formats, such as `["320.webp"]`. */
export function parseRenditions(text: string): Rendition[] {
  const allowed = `allowed: a list of widths and formats, such as ["320.webp", "640.jpg"]`;
  const renditions = parseList(text, allowed).map((name) => parseRendition(String(name)));
  const names = renditions.map(renditionName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`"${twice}" is there twice; leave one out`);
  if (names.length > maxRenditions)
    throw new Error(`it has ${names.length}; allowed: up to ${maxRenditions}`);
  return renditions;
}

const maxOrigins = 10;

const portOrAny = String.raw`(?::(?:\d{1,5}|\*))?`;
/** By http only from the machine itself: whoever is on the way could change any other page, and have it upload. */
const originForms = new RegExp(
  String.raw`^(?:https://[a-z0-9*][a-z0-9.*-]*(?!:443$)|http://(?:127\.0\.0\.1|localhost)(?!:80$))${portOrAny}$`,
);

/**
 * Origins of pages, such as `["https://www.example.com"]`, each with at most one `*`. S3 compares them letter by letter
 * with what browsers send, which is in lower case and without a port that goes without saying.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html
 */
export function parseOrigins(text: string): string[] {
  const allowed = `allowed: a list of origins, such as ["https://www.example.com", "http://127.0.0.1:*"]`;
  const origins = parseList(text, allowed);
  for (const origin of origins) {
    if (typeof origin !== "string" || !originForms.test(origin) || /\*.*\*/.test(origin))
      throw new Error(
        `${JSON.stringify(origin)} is no origin as browsers send it: https and a host, or http with 127.0.0.1 or localhost, ` +
          `in lower case, with a port if it is not the usual one, no path, and at most one *; ${allowed}`,
      );
  }
  if (origins.length > maxOrigins) throw new Error(`it has ${origins.length}; allowed: up to ${maxOrigins}`);
  return origins as string[];
}

/** Endings of keys, such as `[".mp4"]`, as configured. */
export function parseSuffixes(text: string): string[] {
  const allowed = `allowed: a list of endings with their dot, such as [".mp4", ".mov"]`;
  const suffixes = parseList(text, allowed);
  if (suffixes.length === 0) throw new Error(allowed);
  for (const suffix of suffixes) {
    if (typeof suffix !== "string" || !/^(\.[A-Za-z0-9_-]+)+$/.test(suffix)) {
      throw new Error(`${JSON.stringify(suffix)} is no ending; ${allowed}`);
    }
  }
  const cased = bothCases(suffixes as string[]);
  for (const a of cased) {
    const b = cased.find((other) => other !== a && other.endsWith(a));
    if (b !== undefined)
      throw new Error(`"${b}" ends with "${a}", and S3 allows only one of them; leave one out`);
  }
  return suffixes as string[];
}

/**
 * Tags by their keys, such as `{"team": "media"}`.
 * https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 */
export function parseTags(text: string): Record<string, string> {
  const allowed = `allowed: keys and values, such as {"team": "media"}`;
  let tags: unknown;
  try {
    tags = JSON.parse(text);
  } catch {
    throw new Error(allowed);
  }
  if (typeof tags !== "object" || tags === null || Array.isArray(tags)) throw new Error(allowed);
  const entries = Object.entries(tags);
  // AWS takes 50 of a resource, two of which are ours, and some are left to the provider's own.
  if (entries.length > 40) throw new Error(`it has ${entries.length}; allowed: up to 40`);
  for (const [key, value] of entries) {
    if (typeof value !== "string" || value.length > 256)
      throw new Error(`the value of ${JSON.stringify(key)} is none; allowed: texts of up to 256 characters`);
    if (!/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/iu.test(key) || ["project", "stack"].includes(key))
      throw new Error(
        `${JSON.stringify(key)} is no key of a tag; allowed: up to 128 letters, digits, spaces and _ . : / = + - @, ` +
          `not beginning with aws:, and neither project nor stack, which are tags by themselves`,
      );
  }
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules
  const keys = Object.keys(tags);
  const lower = keys.map((key) => key.toLowerCase());
  const twice = lower.findIndex((key, index) => lower.indexOf(key) !== index);
  if (twice >= 0)
    throw new Error(
      `"${keys[twice] ?? ""}" and "${keys[lower.indexOf(lower[twice] ?? "")] ?? ""}" are one key to IAM; leave one out`,
    );
  return tags as Record<string, string>;
}

/** Each suffix in lower and in upper case, once: S3's own filter is case-sensitive. */
export function bothCases(suffixes: readonly string[]): string[] {
  return [...new Set(suffixes.flatMap((suffix) => [suffix.toLowerCase(), suffix.toUpperCase()]))];
}

/**
 * Which keys are videos, as far as a pattern can say it: of one field it takes one of several conditions and never all of
 * them, so that the handlers leave out what is under the outputs' prefixes, or under none of the videos'.
 */
export function videoKeys(videoSuffixes: readonly string[]): object[] {
  return videoSuffixes.map((suffix) => ({ suffix: { "equals-ignore-case": suffix } }));
}
