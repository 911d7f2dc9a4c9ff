import type { Stack } from "../../ops/stack";
import type { KnownVideos } from "../reading/videos/knownVideos";
import type { OneAtATime } from "../reading/oneAtATime";
import type { Setting, StackInfo } from "../messages";
import type { Live } from "./live";

/** What every route is made of. */
export interface Context {
  readonly stack: Stack;
  readonly info: StackInfo;
  readonly live: Live;
  readonly readSettings: () => Promise<Setting[]>;
  readonly videos: KnownVideos;
  /** Tells that jobs of these videos were asked for just now, so that their progress is followed. */
  readonly follow: (keys: readonly string[]) => void;
  /** Whether any video's progress is followed just now. */
  readonly isFollowing: () => boolean;
  /** How the stack stands is to be read anew, since something was asked of it. */
  readonly statusChanged: () => void;
  /** What failed is to be read anew, since something was sent again. */
  readonly failuresChanged: () => void;
  /** Whoever receives messages of the queues of failures does so in here. */
  readonly atFailures: OneAtATime;
  /** Aborted when the console stops. */
  readonly stopping: AbortSignal;
}
