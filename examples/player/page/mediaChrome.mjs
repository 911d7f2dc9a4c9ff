import "media-chrome";

/** Media Chrome reads the WebVTT of a metadata track with this label; its cues are relative to the WebVTT. */
export function showMediaChrome(body, videoAddress, vttAddress) {
  const video = document.createElement("video");
  Object.assign(video, { slot: "media", src: videoAddress, muted: true, preload: "metadata" });
  // Without it the browser reads no track of another origin; the origin must allow it (CORS), as it must for sheets.
  video.crossOrigin = "anonymous";
  const track = document.createElement("track");
  Object.assign(track, { kind: "metadata", label: "thumbnails", default: true, src: vttAddress });
  video.append(track);

  const controller = document.createElement("media-controller");
  controller.innerHTML = `
    <media-control-bar>
      <media-play-button></media-play-button>
      <media-time-range></media-time-range>
      <media-time-display showduration></media-time-display>
    </media-control-bar>`;
  controller.prepend(video);
  body.append(controller);
}
