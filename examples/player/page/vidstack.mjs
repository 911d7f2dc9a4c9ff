import "vidstack/player";
import "vidstack/player/layouts/default";
import "vidstack/player/ui";
import { sheetOf } from "./storyboard.mjs";

/**
 * Vidstack takes the address of a WebVTT, or JSON as an object. The address must be whole: of a relative one Vidstack
 * would look for the sheets beside the page.
 */
export function showVidstack(section, { videoAddress, thumbnails }) {
  const player = document.createElement("media-player");
  Object.assign(player, { src: { src: videoAddress, type: "video/mp4" }, muted: true, load: "eager" });
  const layout = document.createElement("media-video-layout");
  layout.thumbnails = thumbnails;
  player.append(document.createElement("media-provider"), layout);
  section.append(player);
}

/** The JSON of one sheet is what Vidstack takes; of several it takes a list of their tiles. */
export function thumbnailsOf(storyboard) {
  if (storyboard.url !== undefined) return storyboard;
  const [width, height] = [storyboard.tile_width, storyboard.tile_height];
  return storyboard.tiles.map((tile) => ({
    ...{ url: sheetOf(storyboard, tile), startTime: tile.start, width, height },
    coords: { x: tile.x, y: tile.y },
  }));
}
