/**
 * Prints the list of all software in the image as CycloneDX JSON (https://cyclonedx.org/docs/1.6/json/): Debian's
 * packages from dpkg's list of them (ffmpeg among them), Node, and of npm's packages those with code in the bundle.
 */
import { readFileSync } from "node:fs";
import { bundledPackages } from "./bundledPackages.mjs";

const [statusFile, metafile] = process.argv.slice(2);

/** The fields of each paragraph of dpkg's status file that say what and whose it is. */
function debianPackages(status) {
  return status
    .split(/\n\n+/)
    .filter((paragraph) => paragraph.trim() !== "")
    .map((paragraph) =>
      Object.fromEntries([...paragraph.matchAll(/^([A-Z][\w-]*): (.*)$/gm)].map((m) => [m[1], m[2]])),
    )
    .map(({ Package: name, Version: version, Architecture: architecture }) => ({
      name,
      version,
      purl: `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}&distro=trixie`,
    }));
}

const node = process.versions.node;
const components = [
  ...debianPackages(readFileSync(statusFile, "utf8")),
  { name: "node", version: node, purl: `pkg:generic/node@${node}` },
  ...bundledPackages(metafile).map(({ name, version }) => ({
    name,
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
  })),
].sort((one, other) => one.purl.localeCompare(other.purl, "en"));

console.log(
  JSON.stringify(
    {
      bomFormat: "CycloneDX",
      specVersion: "1.6",
      version: 1,
      metadata: { component: { type: "container", name: "video-thumbnailer-worker" } },
      components: components.map((component) => ({
        type: "library",
        "bom-ref": component.purl,
        ...component,
      })),
    },
    undefined,
    1,
  ),
);
