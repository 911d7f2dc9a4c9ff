import { isArchive, isUnknown } from "../wire/values";
import type { Properties } from "../wire/values";
import type { Fields, Shape } from "./shapes";

/** One input that is not as the resource's type says. */
export interface Failure {
  /** Where, such as `rules[0].status`. */
  property: string;
  reason: string;
}

/** What is wrong with a resource's inputs: what is missing, what there is no such input for, what has another type. */
export function failuresOf(inputs: Properties, fields: Fields): Failure[] {
  return objectFailures(inputs, fields, "");
}

function objectFailures(value: Properties, fields: Fields, path: string): Failure[] {
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  const missing = [...fields]
    .filter(([name, { isOptional }]) => !isOptional && value[name] === undefined)
    .map(([name]) => ({ property: at(name), reason: "is required and is missing" }));
  const wrong = Object.entries(value).flatMap(([name, one]) => {
    const field = fields.get(name);
    if (field === undefined) return [{ property: at(name), reason: "is no input of this resource" }];
    return one === null || one === undefined ? [] : shapeFailures(one, field.shape, at(name));
  });
  return [...missing, ...wrong];
}

function shapeFailures(value: unknown, shape: Shape, path: string): Failure[] {
  if (isUnknown(value)) return [];
  const other = (wanted: string) => [
    { property: path, reason: `is ${JSON.stringify(value)}, and should be ${wanted}` },
  ];
  switch (shape.kind) {
    case "anything":
      return [];
    case "archive":
      return isArchive(value) ? [] : other("an archive");
    case "list":
      if (!Array.isArray(value)) return other("a list");
      return value.flatMap((one, index) => shapeFailures(one, shape.of, `${path}[${index}]`));
    case "map":
      if (!isObject(value)) return other("an object");
      return Object.entries(value).flatMap(([key, one]) => shapeFailures(one, shape.of, `${path}.${key}`));
    case "object":
      return isObject(value) ? objectFailures(value, shape.fields(), path) : other("an object");
    case "either": {
      const each = shape.of.map((one) => shapeFailures(value, one, path));
      // Of those that are not met, the one of which only something inside is wrong says most.
      return (
        each.find((failures) => failures.length === 0) ??
        each.find((failures) => failures.every(({ property }) => property !== path)) ??
        each[0] ??
        []
      );
    }
    default:
      return typeof value === shape.kind ? [] : other(`a ${shape.kind}`);
  }
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
