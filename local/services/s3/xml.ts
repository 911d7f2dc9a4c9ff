import { parseXML, XmlText } from "@aws-sdk/xml-builder";
import { contentOf } from "./content";
import type { S3Request } from "./request";
import { S3Error } from "./s3Error";

/** Elements by their names; a list is an element several times, and what is undefined is none. */
export interface Elements {
  [name: string]: Value | Value[];
}
type Value = string | number | boolean | Date | Elements | undefined;

/** A document as S3 answers with. */
export function toXml(elements: Elements): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${inner(elements)}`;
}

function inner(elements: Elements): string {
  return Object.entries(elements)
    .flatMap(([name, values]) => [values].flat().map((value) => element(name, value)))
    .join("");
}

function element(name: string, value: Value): string {
  if (value === undefined) return "";
  if (value instanceof Date) return element(name, value.toISOString());
  return `<${name}>${typeof value === "object" ? inner(value) : new XmlText(String(value)).toString()}</${name}>`;
}

/** What a request's document says: texts by their elements' names; an element that comes several times is a list. */
export interface Parsed {
  [name: string]: string | Parsed | (string | Parsed)[] | undefined;
}

/** The document that a request brings, as it is. */
export async function readText(request: S3Request): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of contentOf(request)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The root element of the document that a request brings. Throws MalformedXML if it is another. */
export async function readXml(request: S3Request, root: string): Promise<Parsed> {
  const text = await readText(request);
  try {
    const parsed = (parseXML(text) as Parsed)[root];
    if (parsed instanceof Object && !Array.isArray(parsed)) return parsed;
  } catch {
    // Not XML.
  }
  throw new S3Error("MalformedXML");
}

/** The elements of this name, if there are none an empty list. */
export function listOf(parsed: Parsed, name: string): Parsed[] {
  return [parsed[name] ?? []].flat().filter((item) => typeof item === "object");
}

/** The text of an element; undefined when it is not there. */
export function textOf(parsed: Parsed, name: string): string | undefined {
  const text = parsed[name];
  return typeof text === "string" ? text : undefined;
}
