import { shown } from "../../../../contract/shown";
import { counted } from "../parts/counted";
import { Words } from "../parts/Words";
import { stack } from "../server/stream";
import { FailureRow } from "./FailureRow";
import type { Group } from "./groups";
import { SelectAll } from "./SelectAll";
import { useFirstRows } from "./useFirstRows";

/** The failed videos of one explanation. */
export function FailureGroup({ group: { title, means, whatToDo, jobs } }: { group: Group }) {
  const [first, more] = useFirstRows(jobs);
  const isReadOnly = stack.value?.isReadOnly !== false;
  const name = shown(title);
  return (
    <section class="card failure-group" aria-label={name}>
      <h2>
        {name} <span class="badge">{counted(jobs.length, "job")}</span>
      </h2>
      <p>
        <Words text={means ?? "Reasons that this version of the program does not explain."} />
        {whatToDo !== null && (
          <>
            {" "}
            <strong>What to do:</strong> <Words text={whatToDo} />
          </>
        )}
      </p>
      <table class="becomes-cards failure-table">
        <thead>
          <tr>
            {!isReadOnly && (
              <th>
                <SelectAll jobs={jobs} name={`Select all of: ${name}`} />
              </th>
            )}
            <th scope="col">Video</th>
            <th scope="col">Reason</th>
            <th scope="col" class="number">
              Tries
            </th>
            <th scope="col">Failed</th>
            <th scope="col">
              <span class="visually-hidden">What to do with it</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {first.map((job, index) => (
            <FailureRow key={`${job.key ?? ""} ${job.failedAt ?? index}`} job={job} isReadOnly={isReadOnly} />
          ))}
        </tbody>
      </table>
      {more}
    </section>
  );
}
