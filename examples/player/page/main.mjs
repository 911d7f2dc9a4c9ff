const titles = {
  "media-chrome": "Media Chrome, by WebVTT",
  "vidstack-vtt": "Vidstack, by WebVTT",
  "vidstack-json": "Vidstack, by JSON",
  videojs: "Video.js with videojs-sprite-thumbnails, by JSON",
};

// Each in a document of its own: Media Chrome and Vidstack have elements of the same names, such as media-play-button.
const template = document.querySelector("template");
for (const [id, title] of Object.entries(titles)) {
  const section = template.content.cloneNode(true);
  section.querySelector("h2").textContent = title;
  const query = new URLSearchParams(location.search);
  query.set("player", id);
  Object.assign(section.querySelector("iframe"), { id, title, src: `/page/player.html?${query}` });
  document.body.append(section);
}
