import type { ThumbnailFormat } from "./outputs";
import { thumbnailFormats } from "./outputs";

/** A further picture of the thumbnail's frame. */
export interface Rendition {
  /** At most so many pixels on its longer side; never upscaled. */
  readonly widthPixels: number;
  readonly format: ThumbnailFormat;
}

/** The formats that a storyboard's sheets can have. */
export const sheetFormats = ["jpg", "webp"] as const;
export type SheetFormat = (typeof sheetFormats)[number];

export interface StoryboardSettings {
  readonly tileWidthPixels: number;
  readonly format: SheetFormat;
}

export interface PreviewSettings {
  /** How long it plays before it begins again. */
  readonly seconds: number;
  readonly widthPixels: number;
}

/** What is made of each video besides its thumbnail; undefined and empty: none. */
export interface ExtrasSettings {
  readonly storyboard: StoryboardSettings | undefined;
  readonly preview: PreviewSettings | undefined;
  readonly renditions: readonly Rendition[];
}

/** The file that names all outputs of a video, beside its extras. */
export const manifestName = "manifest.json";

/** Whether there is anything to be made besides the thumbnail; without it a video has no manifest. */
export function hasExtras({ storyboard, preview, renditions }: ExtrasSettings): boolean {
  return storyboard !== undefined || preview !== undefined || renditions.length > 0;
}

/** The key of one of a video's extras: `storyboard.vtt` of `dir/cat.mp4` is `extras/dir/cat.mp4/storyboard.vtt`. */
export function extraKey(videoKey: string, name: string, prefix: string): string {
  return `${prefix}${videoKey}/${name}`;
}

/** The video's key and the name of an extra with this key: the inverse of {@link extraKey}; undefined for other keys. */
export function parseExtraKey(key: string, prefix: string): { videoKey: string; name: string } | undefined {
  const slash = key.lastIndexOf("/");
  if (!key.startsWith(prefix) || slash <= prefix.length) return undefined;
  return { videoKey: key.slice(prefix.length, slash), name: key.slice(slash + 1) };
}

/**
 * Whether an extra has a name that the worker gives: what else stands beside a video's extras is somebody's own, and is
 * left alone.
 */
export function isExtraName(name: string): boolean {
  return extraNames.test(name);
}

const extraNames = new RegExp(
  `^(?:manifest\\.json|storyboard\\.(?:vtt|json)|storyboard-[1-9]\\d*\\.(?:${sheetFormats.join("|")})|` +
    `preview\\.webp|[1-9]\\d{1,4}\\.(?:${thumbnailFormats.join("|")}))$`,
);

/** The name of a rendition, which is how it is configured, too: `320.webp`. */
export function renditionName({ widthPixels, format }: Rendition): string {
  return `${widthPixels}.${format}`;
}

/** Renditions such as `320.webp`. Throws an Error that names the text and what is allowed. */
export function parseRendition(name: string): Rendition {
  const [, width = "", ending = ""] = /^([1-9]\d{0,4})\.([a-z]+)$/.exec(name) ?? [];
  const format = thumbnailFormats.find((known) => known === ending);
  const widthPixels = Number(width);
  if (format === undefined || widthPixels < 16 || widthPixels > 16383)
    throw new Error(
      `${JSON.stringify(name)} is no rendition: a width from 16 to 16383 and ${thumbnailFormats.join(", ")} are allowed, such as "320.webp"`,
    );
  return { widthPixels, format };
}

/**
 * What extras settings ask for, in one line: outputs that were made for another line are not those that the settings ask
 * for. Empty where they ask for none.
 */
export function extrasAskedFor({ storyboard, preview, renditions }: ExtrasSettings): string {
  return [
    ...(storyboard === undefined ? [] : [`storyboard=${storyboard.tileWidthPixels}.${storyboard.format}`]),
    ...(preview === undefined ? [] : [`preview=${preview.widthPixels}x${preview.seconds}s`]),
    ...renditions.map(renditionName).sort(),
  ].join(" ");
}

/** The settings of which {@link extrasAskedFor} makes this line. Throws an Error that names what is no part of one. */
export function parseAskedFor(line: string): ExtrasSettings {
  let storyboard: StoryboardSettings | undefined;
  let preview: PreviewSettings | undefined;
  const renditions: Rendition[] = [];
  for (const part of line.split(" ").filter((text) => text !== "")) {
    const [, tileWidth, ending] = /^storyboard=(\d+)\.([a-z]+)$/.exec(part) ?? [];
    const [, previewWidth, seconds] = /^preview=(\d+)x(\d+)s$/.exec(part) ?? [];
    const format = sheetFormats.find((known) => known === ending);
    if (format !== undefined) storyboard = { tileWidthPixels: Number(tileWidth), format };
    else if (seconds !== undefined) preview = { widthPixels: Number(previewWidth), seconds: Number(seconds) };
    else if (part.includes("="))
      throw new Error(
        `"${part}" is none of what is made of a video: allowed are such as storyboard=160.jpg, preview=320x4s and 320.webp`,
      );
    else renditions.push(parseRendition(part));
  }
  return { storyboard, preview, renditions };
}
