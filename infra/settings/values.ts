import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What a setting is that nobody sets. */
type Default = string | number | boolean | readonly string[];

/** Reads values and collects what is wrong with them, so that all of it is said at once. */
export class Values<Key extends string> {
  private readonly problems: string[] = [];
  private readonly wrongKeys = new Set<Key>();

  constructor(
    private readonly config: pulumi.Config,
    private readonly defaults: Readonly<Record<Key, Default>>,
  ) {}

  region(): string {
    const region = aws.config.region;
    if (region === undefined) {
      this.problems.push("aws:region is not set; set it, e.g. `pulumi config set aws:region us-east-1`");
    }
    return region ?? "";
  }

  /** The value as `parse` gives it; what `parse` throws becomes a problem of that key. */
  checked<T>(key: Key, parse: (text: string) => T): T {
    const standard = this.defaults[key];
    const text =
      this.config.get(key) ?? (Array.isArray(standard) ? JSON.stringify(standard) : String(standard));
    try {
      return parse(text);
    } catch (error) {
      this.wrongKeys.add(key);
      this.problems.push(`${key} is ${JSON.stringify(text)}: ${(error as Error).message}`);
      return undefined as T;
    }
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
    return this.checked(key, (text) => {
      if (text !== "" && !pattern.test(text)) throw new Error(`allowed: ${what}, or nothing`);
      return text === "" ? undefined : text;
    });
  }

  /** A key that is none of ours is a spelling mistake whose value would silently do nothing. */
  rejectUnknownKeys(): void {
    const prefix = `${this.config.name}:`;
    for (const fullKey of Object.keys(pulumi.runtime.allConfig())) {
      const key = fullKey.slice(prefix.length);
      if (fullKey.startsWith(prefix) && !(key in this.defaults)) {
        this.problems.push(`${key} is not a setting; there are: ${Object.keys(this.defaults).join(", ")}`);
      }
    }
  }

  /** Takes on the problems of values together that `find` tells, unless one of them is wrong by itself. */
  together(keys: readonly Key[], find: () => readonly string[]): void {
    if (!keys.some((key) => this.wrongKeys.has(key))) this.problems.push(...find());
  }

  /** @throws pulumi.RunError that tells all of them, if there are any */
  throwProblems(): void {
    if (this.problems.length > 0) {
      throw new pulumi.RunError(
        `The configuration of this stack is wrong; nothing was created or changed:\n` +
          this.problems.map((problem) => `  - ${problem}`).join("\n") +
          `\nSet a value with \`pulumi config set KEY VALUE\`.`,
      );
    }
  }
}
