import { TimeAgo } from "../parts/TimeAgo";

/** The cells of a failure that say how often it was tried, and when it failed. */
export function TriesAndTime({ attempts, failedAt }: { attempts: number | null; failedAt: string | null }) {
  return (
    <>
      <td class="number" data-name="Tries">
        {attempts ?? "–"}
      </td>
      <td class="failure-time" data-name="Failed">
        {failedAt === null ? "–" : <TimeAgo iso={failedAt} />}
      </td>
    </>
  );
}
