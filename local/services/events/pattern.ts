import { readCondition, type Test } from "./conditions";

/** Whether an event is what a rule waits for. */
export type Pattern = (event: unknown) => boolean;

/**
 * Reads a rule's pattern: each of its fields must have, in the event, what one of the field's conditions asks for.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
 * @throws Error for a pattern that EventBridge would refuse, that is more than the local cloud knows, or that asks for two
 *   things of one field: where a field stands within `$or` and outside, or within two of them, EventBridge keeps one of
 *   both and forgets the other without a word
 *   (https://github.com/aws/event-ruler, JsonRuleCompiler)
 */
export function readPattern(json: string): Pattern {
  return readFields(JSON.parse(json), []).fits;
}

/** A part of a pattern, and the fields that it asks of. */
interface Part {
  fits: Pattern;
  fields: string[];
}

function readFields(pattern: unknown, path: string[]): Part {
  const parts = Object.entries(objectOf(pattern, path)).map(([name, value]) => {
    if (name === "$or") return readAlternatives(value, path);
    return Array.isArray(value) ? readField(name, value, path) : readInner(name, value, path);
  });
  const fields = parts.flatMap((part) => part.fields);
  const twice = fields.find((field, index) => fields.indexOf(field) !== index);
  if (twice !== undefined)
    throw new Error(
      `The pattern asks of ${twice} within $or and beside it: EventBridge would keep one of both alone. ` +
        `Say in each alternative all that is asked of it.`,
    );
  return { fits: (event) => parts.every(({ fits }) => fits(event)), fields };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-complex-example-or */
function readAlternatives(alternatives: unknown, path: string[]): Part {
  if (!Array.isArray(alternatives) || alternatives.length < 2)
    throw new Error(`$or needs a list of two objects or more, not ${JSON.stringify(alternatives)}.`);
  const parts = alternatives.map((alternative) => readFields(alternative, path));
  return {
    fits: (event) => parts.some(({ fits }) => fits(event)),
    fields: [...new Set(parts.flatMap(({ fields }) => fields))],
  };
}

/** Of a list of objects, one must have all that is asked for. */
function readInner(name: string, pattern: unknown, path: string[]): Part {
  const { fits, fields } = readFields(pattern, [...path, name]);
  return {
    fits: (event) => {
      const value = fieldOf(event, name);
      return Array.isArray(value) ? value.some(fits) : fits(value);
    },
    fields,
  };
}

/** Of a list of values, one must be what is asked for. */
function readField(name: string, conditions: unknown[], path: string[]): Part {
  const field = [...path, name].join(".");
  if (conditions.length === 0) throw new Error(`The pattern allows ${field} no value at all.`);
  const tests = conditions.map(readFieldCondition);
  return {
    fits: (event) => {
      const value = fieldOf(event, name);
      const values = (value === undefined ? [] : [value].flat(Infinity)).filter(isLeaf);
      return tests.some((test) => test(values));
    },
    fields: [field],
  };
}

function readFieldCondition(condition: unknown): (values: unknown[]) => boolean {
  const isObject = typeof condition === "object" && condition !== null;
  const exists = isObject && Object.keys(condition).length === 1 ? fieldOf(condition, "exists") : undefined;
  if (typeof exists === "boolean") return (values) => values.length > 0 === exists;
  const test: Test = readCondition(condition);
  return (values) => values.some(test);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function isLeaf(value: unknown): boolean {
  return value === null || typeof value !== "object";
}

function objectOf(pattern: unknown, path: string[]): object {
  const isObject = typeof pattern === "object" && pattern !== null && !Array.isArray(pattern);
  if (isObject && Object.keys(pattern).length > 0) return pattern;
  const where = path.length === 0 ? "The pattern" : `The pattern's ${path.join(".")}`;
  throw new Error(
    `${where} must be an object with fields, or a list of conditions, not ${JSON.stringify(pattern)}.`,
  );
}
