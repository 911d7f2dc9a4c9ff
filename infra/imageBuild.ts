import path from "node:path";
import { sourceRevision } from "./revision";

/** What Docker builds the worker's image from; paths are relative to the project's folder. */
export const imageBuild = {
  context: ".",
  dockerfile: "ffmpeg-image/Dockerfile",
} as const;

/** What of the context goes into the image: `.dockerignore` lets in nothing else. */
const sources = ["contract", "worker", "ffmpeg-image", ".dockerignore"];

/**
 * The build's arguments. Only a change of what goes into the image changes them, or of `refresh`: any text, which
 * makes Docker ask Debian anew where it would otherwise take what it asked for an earlier image.
 */
export function imageBuildArguments(refresh = ""): { readonly REVISION: string; readonly REFRESH: string } {
  return { REVISION: sourceRevision(path.resolve(__dirname, ".."), sources), REFRESH: refresh };
}
