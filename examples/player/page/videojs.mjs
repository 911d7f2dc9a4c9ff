import { sheetOf } from "./storyboard.mjs";

const { videojs } = window;

/** Video.js's plugin knows tiles by the columns and rows of a sheet, and by one interval. */
export function showVideojs(section, { videoAddress, storyboard }) {
  const video = document.createElement("video");
  video.className = "video-js";
  section.append(video);
  const player = videojs(video, {
    controls: true,
    fill: true,
    muted: true,
    preload: "metadata",
    sources: [{ src: videoAddress, type: "video/mp4" }],
  });
  // Its time bar comes with the first play; here it is there at once, to be tried.
  player.on("loadedmetadata", () => player.hasStarted(true));
  player.spriteThumbnails({ ...gridOf(storyboard), responsive: 0, downlink: 0 });
}

/** Tiles follow each other row by row, a sheet after a sheet, at times that are the same distance apart. */
export function gridOf(storyboard) {
  const { tiles, tile_width: width, tile_height: height } = storyboard;
  const urlArray = [...new Set(tiles.map((tile) => sheetOf(storyboard, tile)))];
  const first = tiles.filter((tile) => sheetOf(storyboard, tile) === urlArray[0]);
  const columns = new Set(first.map(({ x }) => x)).size;
  const rows = urlArray.length === 1 ? 0 : new Set(first.map(({ y }) => y)).size;
  const interval = tiles.length === 1 ? Number.MAX_SAFE_INTEGER : tiles[1].start - tiles[0].start;
  return { urlArray, width, height, columns, rows, interval };
}
