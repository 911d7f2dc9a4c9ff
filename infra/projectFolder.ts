import { existsSync } from "node:fs";
import path from "node:path";

/**
 * The folder of this project's package.json: where the repository is, or where npm has put the package into another
 * program.
 */
export const projectFolder: string = folderWithManifest(__dirname);

function folderWithManifest(folder: string): string {
  if (existsSync(path.join(folder, "package.json"))) return folder;
  return folderWithManifest(path.dirname(folder));
}
