/**
 * Prints the licences of the npm packages in the bundle: each text once, after the names and versions of the packages
 * that it is for. Throws when a package comes without a text.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { bundledPackages } from "./bundledPackages.mjs";

const [metafile] = process.argv.slice(2);

/**
 * Its licence, and the notices that go with it, as the package has them. Some of AWS's leave the text out; for another
 * that does, it stands beside this file, as the package's repository has it.
 */
function textOf({ folder, name, license }) {
  const files = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)(\.|$)/i.test(file))
    .map((file) => `${folder}/${file}`)
    .sort();
  if (files.length === 0 && license === "Apache-2.0") files.push("/usr/share/common-licenses/Apache-2.0");
  const kept = `${import.meta.dirname}/${name}.license.txt`;
  if (files.length === 0 && existsSync(kept)) files.push(kept);
  if (files.length === 0)
    throw new Error(`The package ${name} (${license}) comes without its licence's text.`);
  return files.map((file) => readFileSync(file, "utf8").trim()).join("\n\n");
}

const packages = bundledPackages(metafile).map((one) => ({ ...one, text: textOf(one) }));
for (const text of new Set(packages.map((one) => one.text))) {
  const names = packages.filter((one) => one.text === text).map(({ name, version }) => `${name} ${version}`);
  console.log(`${names.sort().join("\n")}\n\n${text}\n\n${"=".repeat(80)}\n`);
}
