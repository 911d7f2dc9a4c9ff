import { showMediaChrome } from "./mediaChrome.mjs";
import { readStoryboard } from "./storyboard.mjs";
import { showVideojs } from "./videojs.mjs";
import { showVidstack, thumbnailsOf } from "./vidstack.mjs";

const section = (id) => document.getElementById(id);

try {
  const [videoAddress, vttAddress] = [address("video"), address("storyboard")];
  const storyboard = await readStoryboard(vttAddress);
  showMediaChrome(section("media-chrome"), { videoAddress, vttAddress });
  showVidstack(section("vidstack-vtt"), { videoAddress, thumbnails: vttAddress });
  showVidstack(section("vidstack-json"), { videoAddress, thumbnails: thumbnailsOf(storyboard) });
  showVideojs(section("videojs"), { videoAddress, storyboard });
} catch (error) {
  Object.assign(section("message"), { textContent: error.message, hidden: false });
  throw error;
}

/** One of the two addresses that this page is called with: `/?video=…&storyboard=…`. */
function address(name) {
  const value = new URLSearchParams(location.search).get(name);
  if (value === null)
    throw new Error(`This page's address lacks ?${name}=…: it takes ?video=ADDRESS&storyboard=ADDRESS-OF-A-VTT.`);
  return new URL(value, location.href).href;
}
