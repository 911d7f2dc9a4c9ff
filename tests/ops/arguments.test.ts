import assert from "node:assert/strict";
import { readArguments, UsageError } from "../../ops/arguments";
import { opsCommand } from "../../ops/command";
import { findStack } from "../../ops/stack";

describe("npm run ops: the command line", () => {
  function read(...args: string[]) {
    const parsed = readArguments(args);
    assert.ok(parsed !== "help");
    return parsed;
  }

  it("explains itself when nothing is said, or when asked", () => {
    for (const args of [[], ["--help"], ["backfill", "-h"]]) assert.equal(readArguments(args), "help");
  });

  const wrong: [what: string, args: string[], message: RegExp][] = [
    [
      "a command that does not exist",
      ["stat"],
      /must be one of status, failed, redrive, backfill, choose, enable-events; not "stat"/,
    ],
    ["an option of another command", ["status", "--rate", "5"], /status: Unknown option '--rate'\./],
    ["further words", ["status", "prod"], /status takes no further words; not "prod"/],
    ["redrive of nothing", ["redrive"], /redrive takes the keys of videos, or --all, or --events/],
    ["redrive of one and all", ["redrive", "a.mp4", "--all"], /redrive takes/],
    [
      "a choice of nothing",
      ["choose", "a.mp4"],
      /choose takes the key of a video, and a timestamp or --undo/,
    ],
    ["a choice both made and taken back", ["choose", "a.mp4", "00:05", "--undo"], /choose takes the key/],
    [
      "a choice that is no timestamp",
      ["choose", "a.mp4", "soon"],
      /choose: "soon" is not a timestamp: .*MM:SS/,
    ],
    ["a rate that is none", ["backfill", "--rate", "fast"], /--rate takes jobs per second.*"fast"/],
    [
      "outputs that are none",
      ["backfill", "--extras", "sprites=160"],
      /--extras: "sprites=160" is none of what is made of a video: allowed are such as storyboard=160\.jpg/,
    ],
    ["a rendition that is none", ["backfill", "--extras", "320.gif"], /--extras: "320\.gif" is no rendition/],
    ["a rate of nothing", ["backfill", "--rate", "0"], /--rate takes jobs per second/],
    ["two stacks", ["status", "--local", "--stack", "prod"], /Either --stack or --local/],
    [
      "a stack with another one's queue",
      ["redrive", "--all", "--stack", "dev", "--failed-jobs-queue", "https://sqs/1/prod"],
      /Either --stack or --failed-jobs-queue: /,
    ],
    [
      "a local run with another stack's bucket",
      ["backfill", "--local", "--bucket", "prod"],
      /Either --local or --bucket: /,
    ],
  ];
  for (const [what, args, message] of wrong) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => readArguments(args),
        (error: unknown) => error instanceof UsageError && message.test(error.message),
      );
    });
  }

  const outputs = [
    ...["--region", "eu-west-1", "--bucket", "videos", "--video-suffixes", ".mp4,.mov"],
    ...["--jobs-queue", "https://sqs.eu-west-1.amazonaws.com/1/jobs"],
  ];

  it("needs no Pulumi when it is told all that the command needs", async () => {
    const { outputs: found, title, ...stack } = await findStack(read("backfill", ...outputs));
    stack.destroy();
    assert.deepEqual(found, {
      region: "eu-west-1",
      bucketName: "videos",
      outputBucketName: "videos",
      videoPrefixes: [],
      onExistingBucket: false,
      jobQueueUrl: "https://sqs.eu-west-1.amazonaws.com/1/jobs",
      videoSuffixes: [".mp4", ".mov"],
      thumbnailFormat: "png",
      thumbnailKeyPrefix: "thumb/",
      extrasKeyPrefix: "extras/",
      extrasAskedFor: "",
    });
    assert.equal(title, "options");
  });

  it("takes by options where outputs go and which keys are videos, too, and says all of it again", async () => {
    const places = [
      ...["--output-bucket", "pictures", "--output-prefix", "made/small/", "--extras-prefix", "made/rest/"],
      ...["--video-prefixes", "uploads/,more/", "--existing-bucket"],
    ];
    const args = read("backfill", ...outputs, ...places);
    const { outputs: found, ...stack } = await findStack(args);
    stack.destroy();
    const { bucketName, outputBucketName, thumbnailKeyPrefix, extrasKeyPrefix } = found;
    assert.deepEqual(
      [bucketName, outputBucketName, thumbnailKeyPrefix, extrasKeyPrefix],
      ["videos", "pictures", "made/small/", "made/rest/"],
    );
    assert.deepEqual([found.videoPrefixes, found.onExistingBucket], [["uploads/", "more/"], true]);
    const again = opsCommand(args, "backfill");
    assert.deepEqual(read(...again.replace("npm run ops -- ", "").split(" ")), args);
  });

  it("takes what is made besides thumbnails in any order", () => {
    const { outputs: given } = read(
      "backfill",
      ...outputs,
      "--extras",
      "320.webp  preview=320x4s storyboard=160.jpg",
    );
    assert.equal(given["extrasAskedFor"], "storyboard=160.jpg preview=320x4s 320.webp");
  });

  const partly: [words: string[], message: string][] = [
    [
      ["redrive", "--all", "--failed-jobs-queue", "https://sqs/1/prod"],
      "redrive takes all that it needs from a stack, or all from options: --failed-jobs-queue came without --region, " +
        "--bucket, --jobs-queue.",
    ],
    [
      ["redrive", "--events", "--region", "eu-west-1", "--failed-jobs-queue", "https://sqs/1/prod"],
      "redrive takes all that it needs from a stack, or all from options: --region, --failed-jobs-queue came without " +
        "--bucket, --jobs-queue, --failed-events-queue.",
    ],
    [
      ["backfill", "--video-suffixes", ".mov"],
      "backfill takes all that it needs from a stack, or all from options: --video-suffixes came without --region, " +
        "--bucket, --jobs-queue.",
    ],
  ];
  for (const [words, message] of partly) {
    it(`takes no stack for what the options of ${words.slice(0, 2).join(" ")} leave open`, async () => {
      await assert.rejects(
        findStack(read(...words)),
        (error: unknown) => error instanceof UsageError && error.message === message,
      );
    });
  }

  it("says a command again for the same stack, fit for a shell", () => {
    assert.equal(
      opsCommand(read("backfill", "--stack", "my prod"), "backfill", "--start-after", "it's.mp4"),
      "npm run ops -- backfill --start-after 'it'\\''s.mp4' --stack 'my prod'",
    );
    assert.equal(
      opsCommand(read("backfill", ...outputs), "status"),
      "npm run ops -- status --region eu-west-1 --bucket videos " +
        "--jobs-queue https://sqs.eu-west-1.amazonaws.com/1/jobs --video-suffixes .mp4,.mov",
    );
  });
});
