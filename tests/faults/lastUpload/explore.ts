import { Actors } from "./actors";
import type { Scenario, World } from "./world";
import { beginning, possibilities, problemAtTheEnd, problemNow, textOf } from "./world";

export interface Explored {
  /** How many orders there are in which all of it can happen. */
  readonly schedules: bigint;
  readonly states: number;
  /** One that ends wrong, step by step, and what is wrong; undefined when none does. */
  readonly failure: string[] | undefined;
}

/** Goes through every order in which a scenario can happen; what follows a state that was met before is known. */
export async function explore(scenario: Scenario): Promise<Explored> {
  const actors = new Actors(scenario);
  const schedulesFrom = new Map<string, bigint>();
  const path: string[] = [];
  let failure: string[] | undefined;

  const visit = async (world: World): Promise<bigint> => {
    const text = textOf(world);
    const known = schedulesFrom.get(text);
    if (known !== undefined) return known;
    const early = problemNow(world);
    if (early !== undefined) {
      failure = [...path, `Then ${early}.`];
      return 0n;
    }
    const next = await possibilities(world, scenario, actors);
    let schedules = 0n;
    for (const { what, happen } of next) {
      path.push(what);
      schedules += await visit(await happen());
      path.pop();
      if (failure !== undefined) return schedules;
    }
    if (next.length === 0) {
      schedules = 1n;
      const problem = problemAtTheEnd(world, scenario);
      if (problem !== undefined) failure = [...path, `In the end ${problem}.`];
    }
    schedulesFrom.set(text, schedules);
    return schedules;
  };
  const schedules = await visit(beginning(scenario));
  return { schedules, states: schedulesFrom.size, failure };
}

/** Goes one way through a scenario: each choice, taken modulo the possibilities, says which of them comes to pass. */
export async function walk(
  scenario: Scenario,
  actors: Actors,
  choices: readonly number[],
): Promise<string[] | undefined> {
  const path: string[] = [];
  let world = beginning(scenario);
  for (let turn = 0; ; turn++) {
    const next = await possibilities(world, scenario, actors);
    if (next.length === 0) break;
    const { what, happen } = next[(choices[turn % choices.length] ?? 0) % next.length]!;
    path.push(what);
    world = await happen();
    const early = problemNow(world);
    if (early !== undefined) return [...path, `Then ${early}.`];
  }
  const problem = problemAtTheEnd(world, scenario);
  return problem === undefined ? undefined : [...path, `In the end ${problem}.`];
}
