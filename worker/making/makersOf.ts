import type { ExtrasSettings } from "../../contract/extras";
import { makePreview } from "../preview/makePreview";
import { makeStoryboard } from "../storyboard/makeStoryboard";
import type { ExtraMaker } from "./extraMaker";

/** The makers of what the settings ask for besides the thumbnail's own frame, in the order in which they work. */
export function makersOf({ storyboard, preview }: ExtrasSettings): readonly ExtraMaker[] {
  const makers: ExtraMaker[] = [];
  if (storyboard)
    makers.push({
      name: "storyboard",
      make: (tools, probed, signal) => makeStoryboard(tools, probed, storyboard, signal),
    });
  if (preview)
    makers.push({
      name: "preview",
      make: (tools, probed, signal) => makePreview(tools, probed, preview, signal),
    });
  return makers;
}
