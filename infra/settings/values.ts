import * as pulumi from "@pulumi/pulumi";

/** What a setting is that nobody sets; empty for one that then is absent. */
type Default = string | number | boolean | readonly string[] | Readonly<Record<string, string>>;

/** Reads values and collects what is wrong with them, so that all of it is said at once. */
export class Values<Key extends string> {
  readonly problems: string[] = [];
  private readonly wrongKeys = new Set<Key>();

  /** @param given values by their keys, each as it is or as `pulumi config set` keeps it; undefined for one that is not set */
  constructor(
    private readonly given: Readonly<Partial<Record<string, unknown>>>,
    private readonly defaults: Readonly<Record<Key, Default>>,
  ) {}

  /** The value as `parse` gives it; what `parse` throws becomes a problem of that key. */
  checked<T>(key: Key, parse: (text: string) => T): T {
    const value = this.given[key] ?? this.defaults[key];
    if (pulumi.Output.isInstance(value)) {
      this.reject(key, `${key} is an output; allowed: a value that is known when the program runs`);
      return undefined as T;
    }
    return this.parsed(key, value, parse);
  }

  private parsed<T>(key: Key, value: unknown, parse: (text: string) => T): T {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    try {
      return parse(text);
    } catch (error) {
      this.reject(key, `${key} is ${JSON.stringify(text)}: ${(error as Error).message}`);
      return undefined as T;
    }
  }

  private reject(key: Key, problem: string): void {
    this.wrongKeys.add(key);
    this.problems.push(problem);
  }

  oneOf<T extends string>(key: Key, allowed: readonly T[]): T {
    return this.checked(key, (text) => {
      const found = allowed.find((value) => value === text);
      if (found === undefined) throw new Error(`allowed: ${allowed.join(", ")}`);
      return found;
    });
  }

  numberOf(key: Key, allowed: readonly number[]): number {
    return this.checked(key, (text) => {
      const found = allowed.find((value) => String(value) === text);
      if (found === undefined) throw new Error(`allowed: ${allowed.join(", ")}`);
      return found;
    });
  }

  integer(key: Key, least: number, most: number): number {
    return this.checked(key, (text) => {
      const value = Number(text);
      if (!/^\d+$/.test(text) || value < least || value > most) {
        throw new Error(`allowed: a whole number from ${least} to ${most}`);
      }
      return value;
    });
  }

  boolean(key: Key): boolean {
    return this.oneOf(key, ["true", "false"]) === "true";
  }

  /** The value, or undefined when it is empty. */
  optional(key: Key, pattern: RegExp, what: string): string | undefined {
    return this.checked(key, optionally(pattern, what));
  }

  /** As {@link optional}; an output of another resource is taken as it is, since nobody knows it yet. */
  optionalInput(key: Key, pattern: RegExp, what: string): pulumi.Input<string> | undefined {
    const value = this.given[key] ?? "";
    return pulumi.Output.isInstance(value)
      ? (value as pulumi.Output<string>)
      : this.parsed(key, value, optionally(pattern, what));
  }

  /** A list, of which each element and the whole may be an output; undefined when it is empty. */
  optionalInputs(key: Key, pattern: RegExp, what: string): pulumi.Input<pulumi.Input<string>[]> | undefined {
    const value = this.given[key] ?? [];
    if (pulumi.Output.isInstance(value)) return value as pulumi.Output<string[]>;
    if (Array.isArray(value) && value.some((one) => pulumi.Output.isInstance(one)))
      return value as pulumi.Input<string>[];
    return this.parsed(key, value, (text) => {
      const list = parseJson(text, what);
      if (!Array.isArray(list) || list.some((one) => typeof one !== "string" || !pattern.test(one)))
        throw new Error(`allowed: ${what}`);
      return list.length === 0 ? undefined : (list as string[]);
    });
  }

  /** A key that is none of ours is a spelling mistake whose value would silently do nothing. */
  rejectUnknownKeys(): void {
    for (const key of Object.keys(this.given)) {
      if (!(key in this.defaults))
        this.problems.push(`${key} is not a setting; there are: ${Object.keys(this.defaults).join(", ")}`);
    }
  }

  /** Takes on the problems of values together that `find` tells, unless one of them is wrong by itself. */
  together(keys: readonly Key[], find: () => readonly string[]): void {
    if (!keys.some((key) => this.wrongKeys.has(key))) this.problems.push(...find());
  }
}

function optionally(pattern: RegExp, what: string): (text: string) => string | undefined {
  return (text) => {
    if (text !== "" && !pattern.test(text)) throw new Error(`allowed: ${what}, or nothing`);
    return text === "" ? undefined : text;
  };
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`allowed: ${what}`);
  }
}
