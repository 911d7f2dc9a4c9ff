import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Frame } from "../worker/picture/frame";
import { frameOf } from "../testkit/frameOf";
import type { GalleryCase } from "./galleryCases";
import { defaultInputs, galleryCases } from "./galleryCases";

const outDirectory = path.join(__dirname, "../out/gallery");
const columns = 6;

interface Shown {
  readonly number: number;
  readonly file: string;
  readonly kind: GalleryCase;
  readonly frame: Frame;
}

/**
 * Usage: npm run gallery. Makes a video of each kind and its thumbnail, as the worker does, and shows them all on
 * out/gallery/index.html, and in the same order, row by row, on out/gallery/sheet.png.
 */
async function main(): Promise<void> {
  await rm(outDirectory, { recursive: true, force: true });
  await mkdir(outDirectory, { recursive: true });
  const directory = await mkdtemp(path.join(tmpdir(), "gallery-"));
  const shown: Shown[] = [];
  const failures: string[] = [];
  try {
    for (const [index, kind] of galleryCases.entries()) {
      process.stderr.write(`${index + 1}/${galleryCases.length} ${kind.name}\n`);
      try {
        const frame = await thumbnailOf(kind, path.join(directory, `video.${kind.extension}`));
        const file = `${String(index + 1).padStart(2, "0")}.png`;
        await writeFile(path.join(outDirectory, file), frame.image);
        shown.push({ number: index + 1, file, kind, frame });
      } catch (error) {
        failures.push(`${kind.name}: ${String(error)}`);
      }
    }
  } finally {
    await rm(directory, { recursive: true });
  }
  await writeFile(path.join(outDirectory, "index.html"), page(shown, failures));
  contactSheet(shown);
  console.log([...failures, path.join(outDirectory, "index.html")].join("\n"));
  process.exitCode = failures.length > 0 ? 1 : 0;
}

async function thumbnailOf(kind: GalleryCase, file: string): Promise<Frame> {
  ffmpeg([...(kind.inputs ?? defaultInputs), ...kind.encode, file]);
  const content = await readFile(file);
  return frameOf(kind.damage?.(content) ?? content, { at: kind.at ?? "1", widthPixels: 480 });
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
  const figures = shown.map(({ number, file, kind, frame }) => {
    const size = `${frame.width}×${frame.height}, ${frame.timestampSeconds} s, ${frame.image.length} bytes`;
    const words = `<b>${number}. ${escaped(kind.name)}</b> (.${kind.extension})<br>${escaped(kind.expected)}`;
    return `<figure><img src="${file}" alt=""><figcaption>${words}<br><small>${size}</small></figcaption></figure>`;
  });
  return [
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Thumbnails of all kinds of video</title>`,
    `<style>body{background:#888;font:14px sans-serif}main{display:flex;flex-wrap:wrap;gap:16px}`,
    `figure{margin:0;width:320px}img{max-width:320px;max-height:240px}</style>`,
    ...failures.map((failure) => `<p><b>Failed:</b> ${escaped(failure)}</p>`),
    `<main>${figures.join("\n")}</main></html>\n`,
  ].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

void main();
