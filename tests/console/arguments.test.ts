import assert from "node:assert/strict";
import { localConfig, readArguments, usage } from "../../console/arguments";
import { UsageError } from "../../ops/arguments";

describe("npm run console's words", () => {
  function read(...words: string[]) {
    const args = readArguments(words);
    assert.ok(args !== "help");
    return args;
  }

  it("start a local run of its own when they name no stack, with what makes the most of a video", () => {
    const { stack, config, videos, isEmpty, opens, isReadOnly, port } = read();
    assert.equal(stack, undefined);
    assert.deepEqual(
      { videos, isEmpty, opens, isReadOnly, port },
      {
        ...{ videos: [], isEmpty: false, opens: true, isReadOnly: false, port: undefined },
      },
    );
    assert.deepEqual(config, localConfig);
  });

  it("set the local run as they say, over what it has by itself", () => {
    const { config, videos, outDirectory } = read(
      ...["--config", "storyboard=false", "--config", 'renditions=["320.webp"]', "cat.mp4", "--out", "there"],
    );
    assert.deepEqual(config, { ...localConfig, storyboard: "false", renditions: '["320.webp"]' });
    assert.deepEqual([videos, outDirectory], [["cat.mp4"], "there"]);
  });

  it("name a stack as the operator's commands do", () => {
    assert.equal(read("--stack", "prod", "--read-only").stack?.stack, "prod");
    assert.equal(read("--stack", "prod", "--read-only").isReadOnly, true);
    assert.equal(read("--local", "--out", "there").stack?.outDirectory, "there");
    assert.equal(read("--bucket", "media", "--region", "eu-west-1").stack?.outputs["bucketName"], "media");
  });

  it("are all told by --help, each setting of a local run with its value", () => {
    assert.equal(readArguments(["--stack", "prod", "--help"]), "help");
    for (const [key, value] of Object.entries(localConfig)) assert.ok(usage.includes(`${key}=${value}`));
    for (const option of [
      "--stack",
      "--local",
      "--read-only",
      "--no-open",
      "--port",
      "--config",
      "--empty",
      "--out",
    ])
      assert.ok(usage.includes(`  ${option}`), option);
  });

  const wrong: [words: string[], message: RegExp][] = [
    [["--speed", "9"], /^Unknown option '--speed'\. --help says more\.$/],
    [["--json"], /^Unknown option '--json'/],
    [["--stack", "prod", "--local"], /^Either --stack or --local, not both\.$/],
    [["--stack", "prod", "--bucket", "media"], /^Either --stack or --bucket/],
    [["--stack", "prod", "--config", "spot=true"], /^--config is for a local run of the console's own/],
    [["--local", "cat.mp4"], /^cat\.mp4 is for a local run of the console's own/],
    [["--local", "--empty"], /^--empty is for a local run of the console's own/],
    [["--config", "spot"], /^--config takes KEY=VALUE.*not "spot"\.$/],
    [["--port", "65536"], /^--port takes a port from 1 to 65535; not "65536"\.$/],
    [["--port", "http"], /^--port takes a port.*not "http"\.$/],
  ];
  for (const [words, message] of wrong) {
    it(`are refused in one line: ${words.join(" ")}`, () => {
      assert.throws(
        () => readArguments(words),
        (error: unknown) => error instanceof UsageError && message.test(error.message),
      );
    });
  }
});
