import type { ComponentChildren } from "preact";
import type { Reading, Status } from "../../../messages";
import { number } from "../parts/counted";
import { ProblemNote } from "../parts/Problem";
import { span } from "../parts/times";

const names = ["Waiting", "In hand", "Workers", "Oldest wait", "Failed"] as const;

/** How many of what there are just now. */
export function Figures({ status }: { status: Status | undefined }) {
  if (status === undefined)
    return (
      <dl class="figures">
        {names.map((name) => (
          <Figure key={name} name={name}>
            <span class="skeleton figure-skeleton" />
          </Figure>
        ))}
      </dl>
    );
  const { jobs, workers, oldestJobSeconds, failedJobs, failedEvents } = status;
  return (
    <dl class="figures">
      <Figure name="Waiting">
        <Value of={jobs} as={({ waiting }) => number(waiting)} />
      </Figure>
      <Figure name="In hand">
        <Value of={jobs} as={({ inHand }) => number(inHand)} />
      </Figure>
      <Figure name="Workers">
        <Value
          of={workers}
          as={({ running, starting }) => (
            <>
              {number(running)}
              {starting > 0 && <small> + {number(starting)} starting</small>}
            </>
          )}
        />
      </Figure>
      {/* Nobody knows it of a local run. */}
      {!("value" in oldestJobSeconds && oldestJobSeconds.value === null) && (
        <Figure name="Oldest wait">
          <Value of={oldestJobSeconds} as={(seconds) => span(seconds ?? 0)} />
        </Figure>
      )}
      <Figure name="Failed">
        <Value of={both(failedJobs, failedEvents)} as={number} />
      </Figure>
    </dl>
  );
}

function Figure({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Value<T>({ of, as }: { of: Reading<T>; as: (value: T) => ComponentChildren }) {
  return "problem" in of ? <ProblemNote problem={of.problem} /> : <>{as(of.value)}</>;
}

function both(a: Reading<number>, b: Reading<number>): Reading<number> {
  if ("problem" in a) return a;
  return "problem" in b ? b : { value: a.value + b.value };
}
