import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { readArguments, UsageError } from "../../local/cli/arguments";
import { findVideos } from "../../local/cli/videoFiles";
import { processesUsing } from "./processesUsing";
import { colourOf, makeDirectory, makeNoVideo, makeVideo } from "./videos";

const project = path.join(__dirname, "..", "..");

describe("npm run local", function () {
  this.timeout(60_000);
  const files = makeDirectory();
  /** The temporary directory of the runs: whatever they leave is found here. */
  const temporary = path.join(files.directory, "tmp");
  /** ts-node has a cache of its own in the temporary directory, for all its users and for good: not here. */
  const environment = { TMPDIR: temporary, DISABLE_V8_COMPILE_CACHE: "1" };
  const out = path.join(files.directory, "out");
  let video: string;

  before(() => {
    mkdirSync(temporary);
    video = makeVideo(files.directory, "colours.mp4");
  });
  after(files.remove);

  function start(args: string[]) {
    const child = spawn(
      process.execPath,
      [
        "--require",
        require.resolve("../../scripts/typescript.cjs"),
        "local/cli/main.ts",
        "--out",
        out,
        ...args,
      ],
      { cwd: project, env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] },
    );
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
      child.once("close", (code) => {
        resolve({ code, stdout, stderr });
      }),
    );
    return { child, ended };
  }
  const run = (...args: string[]) => start(args).ended;

  it("writes the thumbnail where it says, and exits with 0", async () => {
    const { code, stdout } = await run(video, "--config", "thumbnailTimestamp=00:01");
    assert.equal(code, 0);
    const picture = path.join(out, "thumb", "colours.png");
    assert.match(stdout, new RegExp(`Done: ${picture} in [\\d.]+ s\\.\\n$`));
    const [red = 0, green = 0] = colourOf(readFileSync(picture));
    assert.ok(green > 100 && red < 60);
    assert.deepEqual(readdirSync(temporary), []);
  });

  it("works on a bucket that was there, with a list as a setting, and says that nobody beside was harmed", async () => {
    const settings = ["bucketName=media", 'prefixes=["uploads/"]', "outputPrefix=made/small/"];
    const { code, stdout, stderr } = await run(video, ...settings.flatMap((one) => ["--config", one]));
    assert.equal(code, 0, stderr);
    const picture = path.join(out, "made", "small", "uploads", "colours.png");
    assert.ok(stdout.includes(`Done: ${picture} in `), stdout);
    assert.ok(existsSync(picture));
    assert.match(stderr, /^made\/small\/uploads\/colours\.png: stored$/m);
    assert.match(stderr, /^media: what others have in it is as it was; their queue was told of 2 objects$/m);
  });

  it("prints one JSON line per video and nothing else, and exits with 1 when one got no thumbnail", async () => {
    const noVideo = makeNoVideo(files.directory, "letter.mp4");
    const noSuffix = makeNoVideo(files.directory, "letter.txt");
    const { code, stdout } = await run(
      "--json",
      "--config",
      "thumbnailFormat=webp",
      video,
      noVideo,
      noSuffix,
    );
    assert.equal(code, 1);
    const results = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const shown = results.map(({ video: file, key, ok, thumbnail }) => ({ file, key, ok, thumbnail }));
    assert.deepEqual(shown, [
      { file: video, key: "colours.mp4", ok: true, thumbnail: path.join(out, "thumb", "colours.webp") },
      { file: noVideo, key: "letter.mp4", ok: false, thumbnail: null },
      { file: noSuffix, key: "letter.txt", ok: false, thumbnail: null },
    ]);
    assert.equal(results[0]?.["error"], null);
    assert.match(String(results[1]?.["error"]), /not a video/);
    assert.match(String(results[2]?.["error"]), /watches for \.mp4, \.MP4.*videoSuffixes/);
    assert.ok(results.every(({ seconds }) => typeof seconds === "number"));
  });

  it("names every wrong setting and exits with 2", async () => {
    const { code, stdout, stderr } = await run(
      video,
      "--config",
      "thumbnailWidth=wide",
      "--config",
      "spot=perhaps",
    );
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /thumbnailWidth is "wide"[^]*spot is "perhaps"/);
    assert.deepEqual(readdirSync(temporary), []);
  });

  const directory = files.directory;
  const wrong: [what: string, args: string[], message: RegExp][] = [
    ["an option that does not exist", ["--speed", "9"], /Unknown option '--speed'/],
    ["a setting without a value", ["--config", "spot"], /--config takes KEY=VALUE/],
    ["a file that does not exist", [path.join(directory, "none.mp4")], /none\.mp4: there is no such file/],
    ["a directory", [directory], /is a directory, not a video/],
    [
      "two files of the same name",
      [path.join(directory, "colours.mp4"), path.join(directory, ".", "colours.mp4")],
      /would both be uploaded as colours\.mp4/,
    ],
  ];
  for (const [what, args, message] of wrong) {
    it(`refuses ${what} with one line`, async () => {
      const refused = Promise.resolve(args).then((words) => findVideos(readArguments(words).videos));
      await assert.rejects(refused, (error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /\n/);
        return true;
      });
    });
  }

  it("exits with 2 for a wrong command line, which it tells in one line", async () => {
    const { code, stdout, stderr } = await run("--speed", "9");
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^Unknown option '--speed'[^\n]*\n$/);
  });

  for (const [when, sign] of [
    ["while it starts", "Starting"],
    ["while a worker runs", "worker 1: started"],
  ] as const) {
    it(`leaves no process and no file behind when it is interrupted ${when}`, async () => {
      const { child, ended } = start(["--config", "warmWorkers=1", video]);
      await new Promise<void>((resolve) => {
        child.stderr.on("data", (data: Buffer) => {
          if (data.toString().includes(sign)) resolve();
        });
      });
      child.kill("SIGINT");
      assert.equal((await ended).code, 130);
      assert.deepEqual(readdirSync(temporary), []);
      assert.deepEqual(processesUsing(temporary), []);
    });
  }
});
