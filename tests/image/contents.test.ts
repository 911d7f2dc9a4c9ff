import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { docker, nodeInImage, workerImage } from "../../testkit/docker/engine";
import { describeImage } from "./describeImage";
import { ImageFiles } from "./imageFiles";

interface Component {
  name: string;
  version: string;
  purl: string;
}

/** Whether a text says under which terms something may be copied. */
function isLicence(text: string): boolean {
  return text.length > 500 && /\b(?:licen[cs]e|permission|redistribution)\b/i.test(text);
}

describeImage("what it holds", () => {
  let files: ImageFiles;
  before(async () => {
    files = await ImageFiles.extract();
  });
  after(() => files.remove());

  /** The files of the image that the tests of `find` choose, as paths in the image. */
  function find(...tests: string[]): string[] {
    const found = execFileSync("find", [files.root, ...tests], { encoding: "utf8" });
    return found
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.slice(files.root.length))
      .sort();
  }
  const read = (file: string) => readFileSync(path.join(files.root, file), "utf8");

  it("has four programs: an init process, node, ffmpeg and ffprobe; no shell, no package manager, no compiler", () => {
    assert.deepEqual(readdirSync(path.join(files.root, "usr/bin")).sort(), [
      ...["ffmpeg", "ffprobe", "node", "tini"],
    ]);
    const programs = ["-type", "f", "-perm", "/111", "!", "-name", "*.so*", "!", "-path", "*/usr/bin/*"];
    assert.deepEqual(find(...programs), []);
  });

  it("lets its user run the programs that hold the worker's environment, and not read them", () => {
    const modes = ["node", "tini"].map(
      (name) => statSync(path.join(files.root, "usr/bin", name)).mode & 0o7777,
    );
    assert.deepEqual(modes, [0o111, 0o111]);
  });

  it("has of ours the bundle, the lists of software and of licences, and nothing else outside Debian's directories", () => {
    assert.deepEqual(find("-path", "*/worker/*"), [
      ...["/worker/licenses.txt", "/worker/sbom.cdx.json", "/worker/worker.js"],
    ]);
    const leftovers = [
      "node_modules",
      "*.ts",
      "*.map",
      "package*.json",
      ".npmrc",
      "*.h",
      "*.a",
      "*.pc",
      "*.deb",
    ];
    assert.deepEqual(
      leftovers.flatMap((name) => find("-name", name)),
      [],
    );
  });

  it("has no setuid or setgid file, nothing that everybody may write, and nothing that is the user's own", async () => {
    assert.deepEqual(find("-type", "f", "-perm", "/6000"), []);
    assert.deepEqual(find("!", "-type", "l", "-perm", "-0002"), []);
    const owners = await nodeInImage(
      `const { lstatSync, readdirSync } = require("fs");
       const own = new Set();
       const visit = (folder) => {
         for (const entry of readdirSync(folder, { withFileTypes: true })) {
           const file = folder + entry.name;
           if (["/proc", "/sys", "/dev"].includes(file)) continue;
           const { uid, gid } = lstatSync(file);
           own.add(uid + ":" + gid);
           if (entry.isDirectory()) visit(file + "/");
         }
       };
       visit("/");
       [...own].join()`,
      ...["--user", "0:0"],
    );
    assert.equal(owners, "0:0");
  });

  it("has no secret: no key, no token, no credentials file, nothing in its configuration or history", async () => {
    const secret =
      /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[A-Z0-9]{16}\b|\b_authToken\b|\bnpm_[A-Za-z0-9]{36}\b/;
    const textFiles = find("-type", "f", "-size", "-4096k");
    assert.ok(textFiles.length > 10);
    assert.deepEqual(
      textFiles.filter((file) => secret.test(read(file))),
      [],
    );
    assert.deepEqual(find("(", "-name", "*.pem", "-o", "-name", "*.key", "-o", "-name", ".netrc", ")"), []);
    const configuration = JSON.parse(await docker("inspect", await workerImage())) as {
      Config: { Env: string[] };
    }[];
    assert.deepEqual(configuration[0]?.Config.Env.sort(), ["NODE_ENV=production", "PATH=/usr/bin"]);
    assert.doesNotMatch(await docker("history", "--no-trunc", await workerImage()), secret);
  });

  it("is run as a user without rights, and tells its source revision", async () => {
    const [image] = JSON.parse(await docker("inspect", await workerImage())) as {
      Config: { User: string; Labels: Record<string, string>; Entrypoint: string[]; Volumes: unknown };
    }[];
    assert.equal(image?.Config.User, "1000:1000");
    assert.deepEqual(image.Config.Entrypoint, ["tini", "--", "node", "/worker/worker.js"]);
    assert.equal(image.Config.Volumes, null);
    assert.match(image.Config.Labels["org.opencontainers.image.revision"] ?? "", /^[0-9a-f]{40}(-dirty)?$/);
  });

  it("runs Node 24", async () => {
    assert.match(await nodeInImage("process.version"), /^v24\./);
  });

  describe("its list of software", () => {
    let components: Component[];
    before(() => {
      components = (JSON.parse(read("/worker/sbom.cdx.json")) as { components: Component[] }).components;
    });
    const versionOf = (name: string) => components.find((component) => component.name === name)?.version;

    it("tells the versions of ffmpeg and Node that run", async () => {
      const [, ffmpeg] =
        /^ffmpeg version (\S+)/.exec(
          await docker("run", "--rm", "--entrypoint", "ffmpeg", await workerImage(), "-version"),
        ) ?? [];
      assert.equal(versionOf("ffmpeg"), `7:${String(ffmpeg)}`);
      assert.equal(versionOf("node"), (await nodeInImage("process.version")).slice(1));
    });

    it("has the package of every shared library", () => {
      const libraries = find("-name", "*.so.*", "-type", "f").map((file) => path.basename(file));
      const packages: Record<string, RegExp> = {
        libc6:
          /^(?:ld-linux.*|lib(?:c|m|mvec|nsl|resolv|pthread|dl|rt|util|anl|thread_db|BrokenLocale|c_malloc_debug|nss_\w+)\.so.*)$/,
        "libgcc-s1": /^libgcc_s\./,
        "libstdc++6": /^libstdc\+\+\./,
        zlib1g: /^libz\./,
        libdav1d7: /^libdav1d\./,
        libvpx9: /^libvpx\./,
        libsharpyuv0: /^libsharpyuv\./,
        libwebp7: /^libwebp\./,
        libzimg2: /^libzimg\./,
        ffmpeg: /^lib(?:av(?:codec|format|filter|util)|swscale)\./,
      };
      const owner = (library: string) => Object.keys(packages).find((name) => packages[name]?.test(library));
      assert.deepEqual(
        libraries.filter((library) => owner(library) === undefined),
        [],
      );
      const listed = components.map(({ name }) => name);
      assert.deepEqual(
        [...new Set(libraries.map(owner))].filter((name) => !listed.includes(name ?? "")),
        [],
      );
    });

    it("has nothing whose licence is not in the image, as a text", () => {
      /** The texts below their packages' names and versions, see licenses.mjs. */
      const ofNpm = read("/worker/licenses.txt")
        .split(/^=+$/m)
        .map((one) => one.trim());
      const without = components.filter(({ name, version, purl }) => {
        if (!purl.startsWith("pkg:npm/")) return !isLicence(read(`/usr/share/doc/${name}/copyright`));
        const text = ofNpm.find((one) => one.split("\n\n")[0]?.split("\n").includes(`${name} ${version}`));
        return text === undefined || !isLicence(text);
      });
      assert.deepEqual(
        without.map(({ purl }) => purl),
        [],
      );
      // What Debian's copyright files refer to.
      assert.ok(isLicence(read("/usr/share/common-licenses/LGPL-2.1")));
    });

    it("has beside ffmpeg's licence how it was built of its source", () => {
      const recipe = readdirSync(path.join(__dirname, "../../ffmpeg-image/ffmpeg"));
      assert.deepEqual(find("-path", "*/usr/share/doc/ffmpeg/*"), [
        ...[...recipe, "copyright"].map((name) => `/usr/share/doc/ffmpeg/${name}`).sort(),
      ]);
    });

    it("has the worker's npm packages in the versions of the lock file", () => {
      const lockFile = path.join(__dirname, "../../worker/package-lock.json");
      const { packages } = JSON.parse(readFileSync(lockFile, "utf8")) as {
        packages: Record<string, { version: string; dev?: boolean }>;
      };
      const locked = Object.entries(packages)
        .filter(([folder, { dev }]) => folder !== "" && dev !== true)
        .map(([folder, { version }]) => `${folder.replace(/^.*node_modules\//, "")}@${version}`);
      const bundled = components
        .filter(({ purl }) => purl.startsWith("pkg:npm/"))
        .map(({ name, version }) => `${name}@${version}`);
      assert.deepEqual(
        bundled.filter((one) => !locked.includes(one)),
        [],
      );
      for (const name of ["@aws-sdk/client-s3", "@aws-sdk/client-sqs", "sqs-consumer", "valibot"])
        assert.ok(
          bundled.some((one) => one.startsWith(`${name}@`)),
          name,
        );
    });
  });
});
