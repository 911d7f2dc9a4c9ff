import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { shown } from "../../../../contract/shown";
import { failures, stack } from "../server/stream";
import { hrefOf, route, type Route } from "./route";

/** Where each view was scrolled to. */
const positions = new Map<string, number>();

const names = { videos: "Videos", failures: "Failures", settings: "Settings" } as const;

/**
 * What goes with a change of view: the focus goes to its heading, so that a screen reader reads it, a view that was there
 * before is scrolled to where it was, and the document's title names view and stack.
 */
export function useViewChange(): void {
  const address = hrefOf(route.value);
  const isFirst = useRef(true);
  useEffect(() => {
    history.scrollRestoration = "manual";
  }, []);
  useLayoutEffect(() => {
    if (!isFirst.current) {
      scrollTo(0, positions.get(address) ?? 0);
      focusHeading();
    }
    isFirst.current = false;
    const remember = () => positions.set(address, scrollY);
    addEventListener("scroll", remember, { passive: true });
    return () => {
      removeEventListener("scroll", remember);
    };
  }, [address]);
  document.title = [titleOf(route.value), stack.value?.title, "video thumbnailer"]
    .filter((part) => part !== undefined)
    .join(" · ");
}

function focusHeading(): void {
  const main = document.getElementById("main");
  const heading = main?.querySelector("h1");
  if (heading) heading.tabIndex = -1;
  (heading ?? main)?.focus({ preventScroll: true });
}

function titleOf(to: Route): string {
  if (to.view === "video") return shown(to.key);
  const told = failures.value;
  const count =
    told === undefined || "problem" in told ? 0 : told.value.jobs.length + told.value.events.length;
  return to.view === "failures" && count > 0 ? `${names.failures} (${count})` : names[to.view];
}
