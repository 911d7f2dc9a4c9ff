import { failures, stack } from "../server/stream";
import { hrefOf, route, type Route } from "./route";

const views: readonly { to: Route; name: string }[] = [
  { to: { view: "videos" }, name: "Videos" },
  { to: { view: "failures" }, name: "Failures" },
  { to: { view: "settings" }, name: "Settings" },
];

export function Header() {
  const { title = "", region = "" } = stack.value ?? {};
  return (
    <header class="header">
      <p class="stack-name">
        <strong>{title}</strong> {region}
      </p>
      <nav aria-label="Views">
        <ul class="tabs">
          {views.map(({ to, name }) => (
            <li key={name}>
              <a href={hrefOf(to)} aria-current={route.value.view === to.view ? "page" : undefined}>
                {name}
                {to.view === "failures" && <FailureCount />}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  );
}

function FailureCount() {
  const told = failures.value;
  if (told === undefined || "problem" in told) return null;
  const count = told.value.jobs.length + told.value.events.length;
  return count === 0 ? null : <span class="badge">{count}</span>;
}
