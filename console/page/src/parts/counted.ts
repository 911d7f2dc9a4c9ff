const numbers = new Intl.NumberFormat("en");

/** A number as it is written: `12,345`. */
export function number(value: number): string {
  return numbers.format(value);
}

/** A number of things: `1 job`, `2,000 jobs`. */
export function counted(count: number, thing: string): string {
  return `${number(count)} ${thing}${count === 1 ? "" : "s"}`;
}
