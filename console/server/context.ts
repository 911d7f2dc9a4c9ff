import type { Stack } from "../../ops/stack";
import type { KnownVideos } from "../reading/knownVideos";
import type { Setting, StackInfo } from "../messages";
import type { Live } from "./live";

/** What every route is made of. */
export interface Context {
  readonly stack: Stack;
  readonly info: StackInfo;
  readonly live: Live;
  readonly readSettings: () => Promise<Setting[]>;
  readonly videos: KnownVideos;
  /** Tells that jobs of these videos were asked for just now, and by what, so that their progress is followed. */
  readonly follow: (keys: readonly string[], because: "upload" | "choice" | "redrive") => void;
  /** Aborted when the console stops. */
  readonly stopping: AbortSignal;
}
