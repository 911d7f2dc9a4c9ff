// Lets Node load TypeScript: `node --require ./scripts/typescript.cjs FILE.ts`, as ts-node/register/transpile-only does, and
// with the same JavaScript, but each text is made into it once, and not by every process of the tests and of a local run
// anew. What it became is kept in node_modules/.cache. The settings are those of our tsconfig.json, wherever this runs.
// https://typestrong.org/ts-node/docs/transpilers#third-party-transpilers
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const { register } = require("ts-node");
const { version } = require("typescript/package.json");

const folder = path.join(__dirname, "../node_modules/.cache/transpiled");

exports.create = ({ service: { config } }) => ({
  transpile(text, { fileName }) {
    const key = JSON.stringify([version, config.options, path.basename(fileName), text]);
    const file = path.join(folder, createHash("sha256").update(key).digest("hex"));
    return readKept(file) ?? keep(file, transpile(config.options, text, fileName));
  },
});

/** As a CommonJS module, which transpileModule takes no .ts file for when `module` is node16. */
function transpile(compilerOptions, text, fileName) {
  const typescript = require("typescript");
  const options = { fileName: fileName.replace(/\.ts$/, ".cts"), compilerOptions, reportDiagnostics: true };
  const { outputText, sourceMapText, diagnostics } = typescript.transpileModule(text, options);
  return { outputText, sourceMapText, diagnostics };
}

function readKept(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** As a whole or not at all, whoever else does the same; not what is wrong, nor where nothing can be written. */
function keep(file, output) {
  if (output.diagnostics.length > 0) return output;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(output));
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    return output;
  }
  return output;
}

register({ transpileOnly: true, transpiler: __filename, cwd: path.join(__dirname, "..") });
