import { shown } from "../../../../contract/shown";
import type { Alarm, Status } from "../../../messages";
import { TimeAgo } from "../parts/TimeAgo";
import { Words } from "../parts/Words";

const order = ["alarm", "unknown", "ok"];
const words = { alarm: "alarm", ok: "ok", unknown: "no data" } as const;
const tones = { alarm: "bad", ok: "good", unknown: "" } as const;

/** CloudWatch's alarms of the stack: those that are raised for all to see, the others when asked for. */
export function Alarms({ alarms }: { alarms: Status["alarms"] }) {
  if ("problem" in alarms || alarms.value === null || alarms.value.length === 0) return null;
  const raised = alarms.value.filter(({ state }) => state === "alarm").length;
  const sorted = [...alarms.value].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return (
    <details class="status-details" open={raised > 0}>
      <summary>
        Alarms <span class={raised > 0 ? "badge bad" : "badge"}>{raised > 0 ? raised : "none raised"}</span>
      </summary>
      <ul class="plain-list">
        {sorted.map((alarm) => (
          <li key={alarm.name}>
            <OneAlarm alarm={alarm} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function OneAlarm({ alarm: { name, state, since, description } }: { alarm: Alarm }) {
  return (
    <>
      <p>
        <span class={`badge ${tones[state]}`}>{words[state]}</span> <strong>{shown(name)}</strong>{" "}
        {since !== null && (
          <span class="quiet small-text">
            <TimeAgo iso={since} />
          </span>
        )}
      </p>
      <p class="quiet">
        <Words text={description} />
      </p>
    </>
  );
}
