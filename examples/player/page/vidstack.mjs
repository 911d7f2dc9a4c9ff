import "vidstack/player";
import "vidstack/player/layouts/default";
import "vidstack/player/ui";
import { sheetsOf } from "./storyboard.mjs";

/**
 * Vidstack takes the address of a WebVTT, or JSON as an object. The address must be whole: of a relative one Vidstack
 * would look for the sheets beside the page.
 */
export function showVidstack(body, videoAddress, thumbnails) {
  const player = document.createElement("media-player");
  Object.assign(player, { src: { src: videoAddress, type: "video/mp4" }, muted: true, load: "eager" });
  const layout = document.createElement("media-video-layout");
  layout.thumbnails = thumbnails;
  player.append(document.createElement("media-provider"), layout);
  body.append(player);
}

/** Of one sheet Vidstack takes the JSON as it is, but for the sheet's address, which must be whole; of several, a list. */
export function thumbnailsOf(storyboard) {
  const [url, ...others] = sheetsOf(storyboard);
  if (others.length === 0) return { ...storyboard, url };
  const { tile_width: width, tile_height: height, tiles } = storyboard;
  return tiles.map(({ url, start, x, y }) => ({ url, startTime: start, width, height, coords: { x, y } }));
}
