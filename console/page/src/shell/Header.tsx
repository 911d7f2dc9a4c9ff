import { shown } from "../../../../contract/shown";
import { number } from "../parts/counted";
import { failures, stack } from "../server/stream";
import icon from "../styles/icon.svg";
import { hrefOf, route, type Route } from "./route";
import "./header.css";

const views: readonly { to: Route; name: string }[] = [
  { to: { view: "videos" }, name: "Videos" },
  { to: { view: "failures" }, name: "Failures" },
  { to: { view: "settings" }, name: "Settings" },
];

/** Which stack it is, what can be done with it, and the way to each view. */
export function Header() {
  return (
    <header class="header">
      <div class="header-inner">
        <StackName />
        <nav aria-label="Views">
          <ul class="tabs">
            {views.map(({ to, name }) => (
              <li key={name}>
                <a href={hrefOf(to)} aria-current={isCurrent(to) ? "page" : undefined}>
                  {name}
                  {to.view === "failures" && <FailureCount />}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </div>
    </header>
  );
}

/** A video is looked at among the videos. */
function isCurrent({ view }: Route): boolean {
  const current = route.value.view;
  return current === view || (current === "video" && view === "videos");
}

function StackName() {
  const told = stack.value;
  return (
    <p class="stack-name">
      <img class="brand" src={icon} alt="" width="28" height="28" />
      {told !== undefined && (
        <>
          <strong>{shown(told.title)}</strong>
          <span class="quiet">{shown(told.region)}</span>
          {told.isLocal && <span class="badge">on this machine</span>}
          {told.isReadOnly && <span class="badge accent">read-only</span>}
        </>
      )}
    </p>
  );
}

function FailureCount() {
  const told = failures.value;
  if (told === undefined || "problem" in told) return null;
  const count = told.value.jobs.length + told.value.events.length;
  return count === 0 ? null : <span class="badge bad">{number(count)}</span>;
}
