import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Frame } from "../../worker/picture/frame";
import { frameOf } from "../../testkit/frameOf";
import { findChromium, howToGetChromium } from "../../testkit/browser/chromium";
import { VideoPage } from "../../testkit/browser/videoPage";
import type { GalleryCase } from "./scene";
import { defaultInputs, galleryCases } from "./cases";

const outDirectory = path.join(__dirname, "../../out/gallery");
const columns = 6;

interface Shown {
  readonly number: number;
  readonly file: string;
  readonly kind: GalleryCase;
  readonly frame: Frame;
  /** The browser's picture of the same frame. */
  readonly browserFile?: string;
}

/**
 * Usage: npm run gallery. Makes a video of each kind and its thumbnail, as the worker does, and shows them all on
 * out/gallery/index.html, beside what Chromium shows where there is one and it plays the video, and in the same order,
 * row by row, on out/gallery/sheet.png.
 */
async function main(): Promise<void> {
  await rm(outDirectory, { recursive: true, force: true });
  await mkdir(outDirectory, { recursive: true });
  const directory = await mkdtemp(path.join(tmpdir(), "gallery-"));
  const browser = findChromium() === undefined ? undefined : await VideoPage.open();
  if (browser === undefined)
    process.stderr.write(`${howToGetChromium} The page goes without its pictures.\n`);
  const shown: Shown[] = [];
  const failures: string[] = [];
  try {
    for (const [index, kind] of galleryCases.entries()) {
      process.stderr.write(`${index + 1}/${galleryCases.length} ${kind.name}\n`);
      try {
        const video = await videoOf(kind, directory);
        const frame = await frameOf(video, { at: kind.at ?? "1", widthPixels: 480 });
        const name = String(index + 1).padStart(2, "0");
        await writeFile(path.join(outDirectory, `${name}.png`), frame.image);
        // A little later than the frame's own time, which is not cut to a float's.
        const inBrowser = await browser?.frame(video, frame.timestampSeconds + 0.001);
        const browserFile = inBrowser === undefined ? undefined : `${name}-browser.png`;
        if (inBrowser !== undefined)
          await writeFile(path.join(outDirectory, `${name}-browser.png`), inBrowser.png);
        shown.push({ number: index + 1, file: `${name}.png`, kind, frame, browserFile });
      } catch (error) {
        failures.push(`${kind.name}: ${String(error)}`);
      }
    }
  } finally {
    await browser?.close();
    await rm(directory, { recursive: true });
  }
  await writeFile(path.join(outDirectory, "index.html"), page(shown, failures));
  contactSheet(shown);
  console.log([...failures, path.join(outDirectory, "index.html")].join("\n"));
  process.exitCode = failures.length > 0 ? 1 : 0;
}

async function videoOf(kind: GalleryCase, directory: string): Promise<Buffer> {
  const parts = [
    { inputs: kind.inputs ?? defaultInputs, encode: kind.encode },
    ...(kind.then ? [kind.then] : []),
  ];
  const contents: Buffer[] = [];
  for (const { inputs, encode } of parts) {
    const file = path.join(directory, `video.${kind.extension}`);
    ffmpeg([...inputs, ...encode, file]);
    contents.push(await readFile(file));
  }
  const content = Buffer.concat(contents);
  return kind.damage?.(content) ?? content;
}

function ffmpeg(args: readonly string[]): void {
  execFileSync("ffmpeg", ["-v", "error", "-y", ...args], { stdio: ["ignore", "ignore", "inherit"] });
}

function contactSheet(shown: readonly Shown[]): void {
  const rows = Math.ceil(shown.length / columns);
  const cell =
    "scale=300:200:force_original_aspect_ratio=decrease,pad=308:208:-1:-1:gray,setsar=1,format=rgb24";
  const inputs = shown.flatMap(({ file }) => ["-i", path.join(outDirectory, file)]);
  const cells = shown.map((_, index) => `[${index}]${cell}[c${index}]`).join(";");
  const all = shown.map((_, index) => `[c${index}]`).join("");
  const sheet = `${cells};${all}concat=n=${shown.length},tile=${columns}x${rows}`;
  ffmpeg([...inputs, "-filter_complex", sheet, "-frames:v", "1", path.join(outDirectory, "sheet.png")]);
}

function page(shown: readonly Shown[], failures: readonly string[]): string {
  const figures = shown.map(({ number, file, kind, frame, browserFile }) => {
    const size = `${frame.width}×${frame.height}, ${frame.timestampSeconds} s, ${frame.image.length} bytes`;
    const words = `<b>${number}. ${escaped(kind.name)}</b> (.${kind.extension})<br>${escaped(kind.expected)}`;
    const beside = browserFile === undefined ? "" : `<img src="${browserFile}" alt="" title="Chromium">`;
    return `<figure><img src="${file}" alt="" title="the worker">${beside}<figcaption>${words}<br><small>${size}</small></figcaption></figure>`;
  });
  return [
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Thumbnails of all kinds of video</title>`,
    `<style>body{background:#888;font:14px sans-serif}main{display:flex;flex-wrap:wrap;gap:16px}`,
    `figure{margin:0;max-width:644px}img{max-width:320px;max-height:240px;vertical-align:top;margin-right:2px}</style>`,
    `<p>The worker's picture; beside it, on the right, that of Chromium, where it plays the video.</p>`,
    ...failures.map((failure) => `<p><b>Failed:</b> ${escaped(failure)}</p>`),
    `<main>${figures.join("\n")}</main></html>\n`,
  ].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

void main();
