/**
 * Runs in the page. Shows a video, paused, or a picture, and reads it off a black canvas of its own size: the colours
 * in the middle of each cell of a grid, and all of it as PNG in Base64. Null when the browser cannot show it.
 */
async function show({ tag, url, seconds, columns, rows }) {
  const element = document.createElement(tag);
  document.body.append(element);
  try {
    const size = tag === "video" ? await pausedAt(element, url, seconds) : await loaded(element, url);
    return size === null ? null : read(element, size, columns, rows);
  } finally {
    // Lets go of the decoder.
    element.removeAttribute("src");
    if (tag === "video") element.load();
    element.remove();
  }
}

/** Whether it comes; not when an error comes first. */
function comes(element, event) {
  return new Promise((resolve) => {
    element.addEventListener(event, () => resolve(true), { once: true });
    element.addEventListener("error", () => resolve(false), { once: true });
  });
}

async function pausedAt(video, url, seconds) {
  video.muted = true;
  video.preload = "auto";
  const starts = comes(video, "loadeddata");
  video.src = url;
  if (!(await starts)) return null;
  const isThere = comes(video, "seeked");
  // The frame is painted some time after it is found. Where it is the one that was there before, none may come.
  const isPainted = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  video.currentTime = seconds;
  if (!(await isThere)) return null;
  await Promise.race([isPainted, new Promise((resolve) => setTimeout(resolve, 1000))]);
  return { width: video.videoWidth, height: video.videoHeight };
}

async function loaded(image, url) {
  const isThere = comes(image, "load");
  image.src = url;
  return (await isThere) ? { width: image.naturalWidth, height: image.naturalHeight } : null;
}

function read(element, { width, height }, columns, rows) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "black";
  context.fillRect(0, 0, width, height);
  context.drawImage(element, 0, 0, width, height);
  const cells = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const x = Math.floor(((column + 0.5) * width) / columns);
      const y = Math.floor(((row + 0.5) * height) / rows);
      cells.push([...context.getImageData(x, y, 1, 1).data.subarray(0, 3)]);
    }
  }
  return { width, height, cells, png: canvas.toDataURL("image/png").split(",")[1] };
}

globalThis.show = show;
