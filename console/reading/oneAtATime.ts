/** Does one piece of work after the other, in the order in which they are asked for. */
export type OneAtATime = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * What looks into a queue hides its messages for a while: whoever else looked meanwhile would find it empty. One that failed
 * keeps none of the others.
 */
export function oneAtATime(): OneAtATime {
  let before: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = before.then(work);
    before = done.catch(() => undefined);
    return done;
  };
}
