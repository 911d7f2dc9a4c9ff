import path from "node:path";
import { projectFolder } from "../projectFolder";
import { sourceRevision } from "./revision";
import { workingFolder } from "../workingFolder";

/** What Docker builds the worker's image from. */
export const imageBuild = {
  context: forPlugins(projectFolder),
  dockerfile: forPlugins(path.join(projectFolder, "ffmpeg-image", "Dockerfile")),
} as const;

/** What of the context goes into the image: `.dockerignore` lets in nothing else. */
const sources = ["contract", "worker", "ffmpeg-image", ".dockerignore"];

/**
 * The build's arguments. Only a change of what goes into the image changes them, or of `refresh`: any text, which
 * makes Docker ask Debian anew where it would otherwise take what it asked for an earlier image.
 */
export function imageBuildArguments(refresh = ""): { readonly REVISION: string; readonly REFRESH: string } {
  return { REVISION: sourceRevision(projectFolder, sources), REFRESH: refresh };
}

/** Relative where it can be, so that clones of one program at different places are the same to Pulumi. */
function forPlugins(target: string): string {
  const relative = path.relative(workingFolder, target) || ".";
  return relative.startsWith("..") ? target : relative;
}
