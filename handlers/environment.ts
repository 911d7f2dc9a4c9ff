/** A process's environment, as the Lambda runtime gives it. */
export type Environment = Record<string, string | undefined>;

/**
 * The value of an environment variable.
 * @throws Error that names the variable, when it is not set or empty
 */
export function required(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === "") throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/**
 * The whole number in an environment variable.
 * @throws Error that names the variable and its value, when it is no whole number of at least 1
 */
export function requiredCount(env: Environment, name: string): number {
  const value = required(env, name);
  if (!/^[1-9]\d*$/.test(value)) {
    throw new Error(`The environment variable ${name} is "${value}"; allowed: a whole number from 1.`);
  }
  return Number(value);
}
