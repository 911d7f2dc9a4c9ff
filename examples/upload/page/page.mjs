/** When the thumbnail is asked for: first, at most, and how long in all, in milliseconds. */
const firstWaitMs = 500;
const longestWaitMs = 10_000;
const patienceMs = 5 * 60_000;

const form = document.querySelector("form");
const { video, timestamp, cancel } = form.elements;
const progress = document.querySelector("progress");
const status = document.querySelector("[role=status]");
const image = document.querySelector("img");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const abort = new AbortController();
  cancel.onclick = () => abort.abort();
  show({ isBusy: true });
  try {
    const [file] = video.files;
    status.textContent = "Uploading …";
    const upload = await ask("/uploads", {
      type: file.type,
      bytes: file.size,
      thumbnailTimestamp: timestamp.value.trim(),
    });
    await send(upload, file, abort.signal);
    status.textContent = "Uploaded. The thumbnail is being made …";
    image.src = await thumbnailOf(upload.id, abort.signal);
    await image.decode();
    status.textContent = "This is its thumbnail.";
    image.hidden = false;
  } catch (error) {
    status.textContent = abort.signal.aborted ? "Cancelled." : error.message;
  } finally {
    show({ isBusy: false });
  }
});

function show({ isBusy }) {
  if (isBusy) image.hidden = true;
  progress.value = 0;
  progress.hidden = cancel.hidden = !isBusy;
  form.querySelector("button").disabled = isBusy;
}

/** Asks this site's server. */
async function ask(address, question) {
  const response = await fetch(address, {
    method: question === undefined ? "GET" : "POST",
    headers: question === undefined ? {} : { "content-type": "application/json" },
    body: JSON.stringify(question),
  });
  const told = await response.json();
  if (!response.ok) throw new Error(told.error);
  return told;
}

/** Sends the file to S3 itself. Of fetch no browser tells how far it is. */
function send({ url, fields }, file, signal) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append("Content-Type", file.type);
  // S3 reads no field that comes after the file.
  body.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => (progress.value = loaded / total));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new Error(reasonIn(request.responseText) ?? `S3 answers ${request.status}.`));
    });
    request.addEventListener("error", () =>
      reject(new Error("The connection was lost, or the bucket lets no page of this address upload (CORS).")),
    );
    request.addEventListener("abort", () => reject(new Error("Cancelled.")));
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", url);
    request.send(body);
  });
}

/** What S3 says in its XML. */
function reasonIn(text) {
  return new DOMParser().parseFromString(text, "text/xml").querySelector("Message")?.textContent;
}

/** Waits for the thumbnail, twice as long each time, and gives its address. */
async function thumbnailOf(id, signal) {
  const deadline = performance.now() + patienceMs;
  for (let waitMs = firstWaitMs; performance.now() < deadline; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
    const { thumbnail } = await ask(`/uploads/${id}`);
    if (thumbnail !== null) return thumbnail;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    signal.throwIfAborted();
  }
  throw new Error("There is no thumbnail yet: the file may be no video.");
}
