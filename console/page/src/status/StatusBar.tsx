import { status } from "../server/stream";
import { Alarms } from "./Alarms";
import { Deaths } from "./Deaths";
import { Figures } from "./Figures";
import { LastHour } from "./LastHour";
import { Problems } from "./Problems";
import { Standing } from "./Standing";
import "./status.css";

/** How the stack stands: in words, in figures, and over the last hour. */
export function StatusBar({ hasLastHour }: { hasLastHour: boolean }) {
  const told = status.value;
  return (
    <section class="status" aria-label="Status" aria-busy={told === undefined}>
      <div class="status-line">
        <Standing status={told} />
        <Figures status={told} />
      </div>
      {told !== undefined && (
        <>
          <Problems status={told} />
          <Alarms alarms={told.alarms} />
          <Deaths workers={told.workers} />
        </>
      )}
      {hasLastHour && <LastHour charts={told?.charts} />}
    </section>
  );
}
