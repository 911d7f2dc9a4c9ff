import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { docker, workerImage } from "../../testkit/docker/engine";
import { describeImage } from "./describeImage";

type Kind = "demuxer" | "decoder" | "parser" | "bsf" | "filter" | "encoder" | "muxer" | "protocol";

/** What features.txt names of a kind. */
function named(kind: Kind): string[] {
  const file = path.join(__dirname, "../../ffmpeg-image/ffmpeg/features.txt");
  return readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
    .flatMap(([first, ...names]) => (first === kind ? names : []))
    .sort();
}

/** What ffmpeg itself, or its configuration, needs beside what is named; none of it opens anything. */
const ffmpegsOwn: Partial<Record<Kind, string[]>> = {
  filter: ["aformat", "abuffer", "abuffersink", "anull", "atrim", "buffer", "buffersink"],
  // Theora's decoder is VP3's.
  decoder: ["vp3"],
};

/** Names that ffmpeg's lists have for what its configuration calls otherwise. */
const shownAs: Record<string, string> = {
  mov: "mov,mp4,m4a,3gp,3g2,mj2",
  matroska: "matroska,webm",
  mpegps: "mpeg",
  msmpeg4v3: "msmpeg4",
  libvpx_vp8: "libvpx",
  libvpx_vp9: "libvpx-vp9",
};

const shown = (kind: Kind) =>
  [...named(kind).map((name) => shownAs[name] ?? name), ...(ffmpegsOwn[kind] ?? [])].sort();

describeImage("what ffmpeg can do", () => {
  /** What `pattern` finds in one of ffmpeg's lists. */
  async function list(option: string, pattern: RegExp): Promise<string[]> {
    const run = ["run", "--rm", "--entrypoint", "ffmpeg", await workerImage(), "-hide_banner", option];
    const names = [...(await docker(...run)).matchAll(pattern)].map((match) => match[1] ?? "");
    return [...new Set(names)].sort();
  }

  it("opens the containers on the list and no others", async () => {
    assert.deepEqual(await list("-demuxers", /^ D\S* +(\S+)/gm).then(withoutLegend), shown("demuxer"));
  });

  it("reads by http, writes to a pipe, and knows no other protocol, not even for files", async () => {
    assert.deepEqual(await list("-protocols", /^ {2}(\w+)$/gm), shown("protocol"));
  });

  it("decodes the codecs on the list and no others", async () => {
    assert.deepEqual(await list("-decoders", /^ [VAS][A-Z.]{5} +([\w-]+) /gm), shown("decoder"));
  });

  it("has the bitstream filters on the list and no others", async () => {
    assert.deepEqual(await list("-bsfs", /^(\w+)$/gm), shown("bsf"));
  });

  it("has the filters on the list and no others", async () => {
    assert.deepEqual(await list("-filters", /^ [TSC.]{3} (\w+) .*->/gm), shown("filter"));
  });

  it("writes pictures and nothing else", async () => {
    assert.deepEqual(await list("-encoders", /^ [VAS][A-Z.]{5} +(\w+) /gm), shown("encoder"));
    assert.deepEqual(await list("-muxers", /^ {2}E\S* +(\S+)/gm).then(withoutLegend), shown("muxer"));
  });

  it("has no devices and no hardware decoders", async () => {
    assert.deepEqual(await list("-devices", /^ (?:D|.E)\S* +(\S+)/gm).then(withoutLegend), []);
    assert.deepEqual(await list("-hwaccels", /^(\w+)$/gm), []);
  });
});

/** ffmpeg's lists begin with a legend: ` D.. = Demuxing supported`. */
function withoutLegend(names: string[]): string[] {
  return names.filter((name) => name !== "=");
}
