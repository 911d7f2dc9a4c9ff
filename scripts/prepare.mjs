/**
 * Compiles the component where npm installs this repository as a git dependency of another program: it then runs `prepare`
 * and, other than for `npm pack`, no `prepack`. npm runs `prepare` in a clone of one's own, too, where nobody needs what it
 * makes: there is no `npm_package_resolved` then.
 * https://docs.npmjs.com/cli/using-npm/scripts#life-cycle-scripts
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");

if (process.env.npm_package_resolved !== undefined && !existsSync(path.join(root, "dist/component.js"))) {
  const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [compiler, "--project", "tsconfig.build.json"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  process.exitCode = status ?? 1;
}
