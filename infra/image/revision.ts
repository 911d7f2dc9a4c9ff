import { execFileSync } from "node:child_process";

/**
 * The last commit that touched `directory`, or of what is in it `paths`, with `-dirty` when something there is not
 * committed; `unknown` outside a git repository. Commits elsewhere leave it as it is, so that they make no new image.
 */
export function sourceRevision(directory: string, paths: readonly string[] = ["."]): string {
  const git = (...args: string[]) =>
    execFileSync("git", [...args, "--", ...paths], {
      cwd: directory,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  try {
    const commit = git("log", "-1", "--format=%H");
    if (commit === "") return "unknown";
    return git("status", "--porcelain") === "" ? commit : `${commit}-dirty`;
  } catch {
    return "unknown";
  }
}
