import { sheetsOf } from "./storyboard.mjs";

const { videojs } = window;

/** Video.js's plugin knows tiles by the columns and rows of a sheet, and by one interval. */
export function showVideojs(body, videoAddress, storyboard) {
  const grid = gridOf(storyboard);
  const video = document.createElement("video");
  video.className = "video-js";
  body.append(video);
  const player = videojs(video, {
    controls: true,
    fill: true,
    muted: true,
    preload: "metadata",
    sources: [{ src: videoAddress, type: "video/mp4" }],
  });
  // Its time bar comes with the first play; here it is there at once, to be tried.
  player.on("loadedmetadata", () => player.hasStarted(true));
  player.spriteThumbnails({ ...grid, responsive: 0, downlink: 0 });
}

/**
 * The plugin's options. It takes tiles that follow each other row by row, sheet by sheet, one interval apart. Throws an
 * Error where they do not: tiles of the same frame are left out, so that those of a slide show may not.
 */
function gridOf(storyboard) {
  const { tiles, tile_width: width, tile_height: height } = storyboard;
  const urlArray = sheetsOf(storyboard);
  const first = tiles.filter(({ url }) => url === urlArray[0]);
  const columns = new Set(first.map(({ x }) => x)).size;
  const rows = new Set(first.map(({ y }) => y)).size;
  const interval = tiles.length === 1 ? storyboard.duration : tiles[1].start;
  const isAsExpected = ({ url, start, x, y }, i) => {
    const [sheet, place] = [Math.floor(i / (columns * rows)), i % (columns * rows)];
    const [column, row] = [place % columns, Math.floor(place / columns)];
    const isThere = url === urlArray[sheet] && x === column * width && y === row * height;
    return isThere && Math.abs(start - i * interval) < 0.001;
  };
  if (!tiles.every(isAsExpected))
    throw new Error(
      "The tiles of this storyboard are not one interval apart, as videojs-sprite-thumbnails needs them.",
    );
  return { urlArray, width, height, columns, rows: urlArray.length === 1 ? 0 : rows, interval };
}
