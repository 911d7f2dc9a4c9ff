import type { ExtrasSettings } from "../../contract/extras";
import type { ExtraMaker } from "./extraMaker";

/** The makers of what the settings ask for besides the thumbnail's own frame, in the order in which they work. */
export function makersOf({ storyboard, preview }: ExtrasSettings): readonly ExtraMaker[] {
  return [];
}
