import { shown } from "../../contract/shown";
import { sizeText } from "./sizeText";
import type { MadeFile, VideoResult } from "./videoResult";

type Row = Omit<MadeFile, "key" | "kind"> & { kind: string };

/** What a person is told of the results: lines. */
export function reportLines(results: VideoResult[], allSeconds: number): string[] {
  const good = results.filter(({ ok }) => ok);
  const lines = results.flatMap(resultLines);
  if (good.length === 0) return lines;
  const made = good.length === 1 ? shown(good[0]?.thumbnail ?? "") : `${good.length} thumbnails`;
  const further = good.reduce((count, result) => count + furtherFiles(result).length, 0);
  const more = further === 0 ? "" : ` and ${further} further ${further === 1 ? "file" : "files"}`;
  const missing = results.length - good.length;
  const failed = missing === 0 ? "" : `, ${missing} of ${results.length} videos failed`;
  return [...lines, `Done: ${made}${more} in ${allSeconds.toFixed(1)} s${failed}.`];
}

function resultLines(result: VideoResult): string[] {
  const { ok, thumbnail, seconds, error } = result;
  const video = shown(result.video);
  if (!ok) {
    const failure = thumbnail === null ? "no thumbnail" : `failed after its thumbnail ${shown(thumbnail)}`;
    return [`${video}: ${failure}: ${error ?? ""}`];
  }
  return [
    `${shown(thumbnail ?? "")}: thumbnail of ${video}, ${seconds.toFixed(1)} s after the upload began`,
    ...fileLines(furtherFiles(result)),
  ];
}

/** What was made besides the thumbnail, and what names it. */
function furtherFiles({ outputs, manifest }: VideoResult): Row[] {
  const further = outputs.filter(({ kind }) => kind !== "thumbnail");
  return manifest === null ? further : [...further, { kind: "manifest", file: manifest }];
}

/** A table of three columns: what it is, where, how large. */
function fileLines(files: Row[]): string[] {
  const wide = (texts: string[]) => Math.max(0, ...texts.map(({ length }) => length));
  const paths = files.map(({ file }) => shown(file));
  const [kindWidth, pathWidth] = [wide(files.map(({ kind }) => kind)), wide(paths)];
  return files.map(({ kind, bytes, width, height }, index) => {
    const size = [
      ...(bytes === undefined ? [] : [sizeText(bytes)]),
      ...(width === undefined || height === undefined ? [] : [`${width} × ${height}`]),
    ];
    return `  ${kind.padEnd(kindWidth)}  ${(paths[index] ?? "").padEnd(pathWidth)}  ${size.join(", ")}`.trimEnd();
  });
}
