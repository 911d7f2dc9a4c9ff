import { signal } from "@preact/signals";

/** What of the console is looked at. */
export type Route =
  | { readonly view: "videos" }
  | { readonly view: "video"; readonly key: string }
  | { readonly view: "failures" }
  | { readonly view: "settings" };

export const route = signal<Route>(routeOf(location.hash));

addEventListener("hashchange", () => {
  route.value = routeOf(location.hash);
});

/** The address of a view, for a link. */
export function hrefOf(to: Route): string {
  switch (to.view) {
    case "videos":
      return "#/";
    case "video":
      return `#/video/${encodeURIComponent(to.key)}`;
    default:
      return `#/${to.view}`;
  }
}

function routeOf(hash: string): Route {
  const [, view = "", rest = ""] = /^#\/([a-z]*)\/?(.*)$/s.exec(hash) ?? [];
  if (view === "failures" || view === "settings") return { view };
  if (view !== "video") return { view: "videos" };
  try {
    return { view, key: decodeURIComponent(rest) };
  } catch {
    return { view: "videos" };
  }
}
