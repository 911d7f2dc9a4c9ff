import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(__dirname, "../..");

/** A clone of the project in a folder of its own, with this project's installed packages. */
export class Clone {
  private constructor(readonly folder: string) {}

  /** This project's files as they are now, committed. */
  static ofProject(folder: string): Clone {
    const listed = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0");
    const isThere = (file: string) => file !== "" && existsSync(path.join(root, file));
    for (const file of listed.filter(isThere)) {
      const target = path.join(folder, file);
      mkdirSync(path.dirname(target), { recursive: true });
      cpSync(path.join(root, file), target, { force: true, recursive: true });
    }
    git(folder, "init", "--quiet", "--initial-branch=main");
    const clone = new Clone(folder);
    clone.commit("The project as it is");
    clone.linkPackages();
    return clone;
  }

  /** A clone of this one elsewhere. */
  cloneTo(folder: string): Clone {
    git(this.folder, "clone", "--quiet", this.folder, folder);
    const clone = new Clone(folder);
    clone.linkPackages();
    return clone;
  }

  /** Changes a file's text. */
  edit(file: string, change: (text: string) => string): void {
    const target = path.join(this.folder, file);
    const before = readFileSync(target, "utf8");
    const after = change(before);
    if (after === before)
      throw new Error(`The change of ${file} changes nothing; the test must be adapted to it.`);
    writeFileSync(target, after);
  }

  commit(subject: string): void {
    git(this.folder, "add", "--all");
    git(this.folder, "commit", "--quiet", "--allow-empty", "--message", subject);
  }

  private linkPackages(): void {
    symlinkSync(path.join(root, "node_modules"), path.join(this.folder, "node_modules"));
  }
}

function git(folder: string, ...args: string[]): string {
  const identity = [
    "-c",
    "user.name=test",
    "-c",
    "user.email=test@example.com",
    "-c",
    "commit.gpgsign=false",
  ];
  return execFileSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 26 });
}
