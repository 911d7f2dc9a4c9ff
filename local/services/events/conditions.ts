/** Whether one value of an event's field, never an object or a list, is what a condition asks for. */
export type Test = (value: unknown) => boolean;

/**
 * Reads a condition on a value: the value itself, or one operator.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * @throws Error that shows a condition that EventBridge would refuse, or that the local cloud does not know
 */
export function readCondition(condition: unknown): Test {
  if (condition === null || typeof condition !== "object") return (value) => value === condition;
  const [operator, operand] = onlyEntry(condition);
  if (operator === "numeric") return numeric(operand);
  if (operator === "anything-but") return anythingBut(operand);
  return text(operator, operand, condition);
}

/** The operators on texts, each as the expression that a text must fit. */
const expressions: Readonly<Record<string, (text: string) => string>> = {
  prefix: (start) => `^${literal(start)}`,
  suffix: (end) => `${literal(end)}$`,
  "equals-ignore-case": (whole) => `^${inAnyCase(whole)}$`,
  wildcard: (pattern) => `^${wildcard(pattern)}$`,
};

/** The operators that another one may stand in. */
const expressionsInAnyCase: Readonly<Record<string, (text: string) => string>> = {
  prefix: (start) => `^${inAnyCase(start)}`,
  suffix: (end) => `${inAnyCase(end)}$`,
};

function text(operator: string, operand: unknown, condition: unknown): Test {
  const inner = typeof operand === "object" && operand !== null ? onlyEntry(operand) : undefined;
  const [known, given] =
    inner === undefined
      ? [expressions, operand]
      : [inner[0] === "equals-ignore-case" ? expressionsInAnyCase : {}, inner[1]];
  const expression = Object.hasOwn(known, operator) ? known[operator] : undefined;
  if (expression === undefined || typeof given !== "string") throw unknown(condition);
  const fits = new RegExp(expression(given), "su");
  return (value) => typeof value === "string" && fits.test(value);
}

function anythingBut(operand: unknown): Test {
  const isOperator = typeof operand === "object" && operand !== null && !Array.isArray(operand);
  const [operator, values] = isOperator ? onlyEntry(operand) : [undefined, operand];
  const list: unknown[] = Array.isArray(values) ? values : [values];
  const types = new Set(list.map((value) => typeof value));
  const isOneType =
    types.size === 1 && (types.has("string") || (operator === undefined && types.has("number")));
  if (!isOneType || (operator !== undefined && list.includes(""))) throw unknown({ "anything-but": operand });
  const tests = list.map((value) =>
    operator === undefined ? readCondition(value) : text(operator, value, { "anything-but": operand }),
  );
  return (value) => !tests.some((test) => test(value));
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-numeric-matching */
const largest = 5e9;

const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  "=": (value, limit) => value === limit,
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
};

/** One comparison, or a lower limit and then an upper one. */
function numeric(operand: unknown): Test {
  const terms: unknown[] = Array.isArray(operand) ? operand : [];
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < terms.length; index += 2) {
    const [operator, limit] = terms.slice(index, index + 2);
    const compare = comparisons[String(operator)];
    if (compare === undefined || typeof limit !== "number" || Math.abs(limit) > largest)
      throw unknown({ numeric: operand });
    tests.push((value: number) => compare(value, limit));
  }
  const isRange = /^>/.test(String(terms[0])) && /^</.test(String(terms[2]));
  if (tests.length !== 1 && !(tests.length === 2 && isRange)) throw unknown({ numeric: operand });
  return (value) => typeof value === "number" && tests.every((test) => test(value));
}

/** `*` stands for any number of characters; `\*` and `\\` for themselves. */
function wildcard(pattern: string): string {
  if (/\*\*/.test(pattern.replaceAll(/\\[*\\]/g, "")) || /\\(?![*\\])/.test(pattern.replaceAll("\\\\", "")))
    throw new Error(
      `The wildcard ${JSON.stringify(pattern)} has two stars in a row, or a backslash before neither a star nor a backslash.`,
    );
  const parts = pattern.match(/\\[*\\]|\*|[^*\\]+/gs) ?? [];
  return parts.map((part) => (part === "*" ? ".*" : literal(part.replace(/^\\/, "")))).join("");
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** Each character as it is, or in its other case. */
function inAnyCase(text: string): string {
  return Array.from(text)
    .map((character) => {
      const cases = new Set([character, character.toLowerCase(), character.toUpperCase()]);
      return `(?:${[...cases].map(literal).join("|")})`;
    })
    .join("");
}

function onlyEntry(operators: object): [string, unknown] {
  const [entry, ...others] = Object.entries(operators) as [string, unknown][];
  if (entry === undefined || others.length > 0 || Array.isArray(operators)) throw unknown(operators);
  return entry;
}

function unknown(condition: unknown): Error {
  return new Error(
    `The condition ${JSON.stringify(condition)} is none that the local cloud knows: a value, prefix, suffix (also with ` +
      `equals-ignore-case in it), equals-ignore-case, wildcard, exists, numeric, or anything-but.`,
  );
}
