import { signal } from "@preact/signals";
import type { ComponentChild, ComponentType } from "preact";
import { isConnected } from "../server/stream";

/**
 * A component that comes from the server once it is first to be seen; `waiting` stands in its place till then. Where the
 * server is away, it is asked again when it is back.
 */
export function lazily<P extends object>(
  load: () => Promise<ComponentType<P>>,
  waiting: ComponentChild = null,
): ComponentType<P> {
  const loaded = signal<ComponentType<P> | undefined>(undefined);
  let isAskedFor = false;
  return function Lazy(props: P) {
    const Loaded = loaded.value;
    if (Loaded !== undefined) return <Loaded {...props} />;
    // Where it could not be loaded it is drawn anew with the connection.
    if (!isAskedFor && isConnected.value) {
      isAskedFor = true;
      load().then(
        (component) => (loaded.value = component),
        () => (isAskedFor = false),
      );
    }
    return <>{waiting}</>;
  };
}
