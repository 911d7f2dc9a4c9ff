import { readFileSync } from "node:fs";

/**
 * The npm packages whose files esbuild put into the bundle, by its metafile: each one's folder and what its package.json
 * says. https://esbuild.github.io/api/#metafile
 */
export function bundledPackages(metafile) {
  const { inputs } = JSON.parse(readFileSync(metafile, "utf8"));
  const folders = Object.keys(inputs).map(
    (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0],
  );
  return [...new Set(folders.filter((folder) => folder !== undefined))].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    return { folder, name, version, license };
  });
}
