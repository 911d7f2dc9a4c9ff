/**
 * Serves the page, the players and the files of a local run on loopback, and prints where to look:
 * `node server.mjs [--outputs FOLDER] [--port PORT] [VIDEO …]`.
 */
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import send from "send";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, "..", "..");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    outputs: { type: "string", default: path.join(root, "out") },
    port: { type: "string", default: "8080" },
  },
});
const videos = positionals.length > 0 ? positionals : [path.join(root, "samples", "sample.mp4")];
/** In a local run a video's key is its file's name. */
const filesByKey = new Map(videos.map((video) => [path.basename(video), path.resolve(video)]));

const folders = new Map([
  ["node_modules", path.join(here, "node_modules")],
  ["outputs", path.resolve(values.outputs)],
  ["page", path.join(here, "page")],
]);

const server = createServer((request, response) => {
  const address = `http://localhost${request.url}`;
  const pathname = URL.canParse(address) ? new URL(address).pathname : "";
  const [, folder = "", rest = ""] = /^\/([^/]+)(\/.*)$/.exec(pathname) ?? [];
  const file = folder === "videos" ? filesByKey.get(decoded(rest.slice(1))) : undefined;
  if (file !== undefined)
    send(request, encodeURIComponent(path.basename(file)), {
      root: path.dirname(file),
      dotfiles: "allow",
    }).pipe(response);
  else if (folders.has(folder))
    send(request, rest, { root: folders.get(folder), dotfiles: "allow" }).pipe(response);
  else if (pathname === "/") send(request, "/index.html", { root: folders.get("page") }).pipe(response);
  else response.writeHead(404).end();
});

server.on("error", ({ message }) => {
  console.error(`The page is not served: ${message}. Another port is chosen with --port.`);
  process.exitCode = 1;
});
server.listen(Number(values.port), "127.0.0.1", () => {
  for (const key of filesByKey.keys()) {
    const name = encodeURIComponent(key);
    const query = new URLSearchParams({
      video: `/videos/${name}`,
      storyboard: `/outputs/extras/${name}/storyboard.vtt`,
    });
    console.log(`${key}: http://127.0.0.1:${server.address().port}/?${query}`);
  }
});

/** What an address names; nothing where it is malformed. */
function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return "";
  }
}
