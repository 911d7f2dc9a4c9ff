import { readFileSync } from "node:fs";
import path from "node:path";
import Ajv from "ajv/dist/2020";

/** Where the documents are. */
export const docs = path.join(__dirname, "../../docs");
/** The schemas, by their files' names. */
export const names = ["thumbnail-created", "outputs-ready", "manifest"] as const;
export type Name = (typeof names)[number];
type Schema = { [key: string]: unknown };

const schemas = new Map(
  names.map((name) => [
    `${name}.schema.json`,
    JSON.parse(readFileSync(path.join(docs, "schemas", `${name}.schema.json`), "utf8")) as Schema,
  ]),
);

/** A schema that takes no fields but those that it describes. */
function closed(schema: Schema): Schema {
  const { $defs, ...root } = closedInside(schema) as Schema & { $defs?: Record<string, Schema> };
  // The message has a type besides.
  delete $defs?.["ready"]?.["unevaluatedProperties"];
  return { ...root, ...closing, ...($defs && { $defs }) };
}

const closing = { unevaluatedProperties: false };

function closedInside(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closedInside);
  if (typeof schema !== "object" || schema === null) return schema;
  const inside = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closedInside(value)]));
  return { ...inside, ...("properties" in schema && closing) };
}

function validator(isClosed: boolean): Ajv {
  const ajv = new Ajv({ strict: true, strictTypes: false, allErrors: true });
  ajv.addFormat("date-time", (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text));
  ajv.addFormat("uri", (text) => URL.canParse(text));
  for (const [file, schema] of schemas) ajv.addSchema(isClosed ? closed(schema) : schema, file);
  return ajv;
}

const [open, strict] = [validator(false), validator(true)];

/** What is wrong with a value by a schema of docs/schemas; null for nothing. `isClosed`: a field that it does not describe, too. */
export function problems(name: Name, value: unknown, isClosed = false): unknown {
  const validate = (isClosed ? strict : open).getSchema(`${name}.schema.json`)!;
  void validate(value);
  return validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`) ?? null;
}
