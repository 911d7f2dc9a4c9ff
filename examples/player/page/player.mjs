import { readStoryboard } from "./storyboard.mjs";

/** How each player is shown: by the address of the WebVTT, or by what the JSON beside it says. */
const players = {
  "media-chrome": async (videoAddress, vttAddress) => {
    const { showMediaChrome } = await import("./mediaChrome.mjs");
    showMediaChrome(document.body, videoAddress, vttAddress);
  },
  "vidstack-vtt": async (videoAddress, vttAddress) => {
    const { showVidstack } = await import("./vidstack.mjs");
    showVidstack(document.body, videoAddress, vttAddress);
  },
  "vidstack-json": async (videoAddress, vttAddress) => {
    const { showVidstack, thumbnailsOf } = await import("./vidstack.mjs");
    showVidstack(document.body, videoAddress, thumbnailsOf(await readStoryboard(vttAddress)));
  },
  videojs: async (videoAddress, vttAddress) => {
    const { showVideojs } = await import("./videojs.mjs");
    showVideojs(document.body, videoAddress, await readStoryboard(vttAddress));
  },
};

const query = new URLSearchParams(location.search);
try {
  await players[query.get("player")](address("video"), address("storyboard"));
} catch (error) {
  document.body.replaceChildren(Object.assign(document.createElement("p"), { textContent: error.message }));
}

/** One of the two addresses that the page is called with. */
function address(name) {
  const value = query.get(name);
  if (value === null)
    throw new Error(
      "The page's address takes ?video=ADDRESS&storyboard=ADDRESS, of a video and of a storyboard.vtt.",
    );
  return new URL(value, location.href).href;
}
