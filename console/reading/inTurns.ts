/** S3 takes more, but other readings are to get on, too. */
const atOnce = 16;

/** Does something with each of many, a few at a time; gives the results in order. */
export async function inTurns<T, R>(many: readonly T[], make: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let first = 0; first < many.length; first += atOnce)
    results.push(...(await Promise.all(many.slice(first, first + atOnce).map(make))));
  return results;
}
