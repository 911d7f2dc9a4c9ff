import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { noInvocations } from "../../local/faults/lambda/noInvocations";
import { readArguments, type Arguments } from "../../ops/arguments";
import { redrive } from "../../ops/commands/redrive";
import type { Stack, StackOutputs } from "../../ops/stack";
import { makeDirectory, makeVideo } from "../local/videos";
import { everyFault, isOfS3, killing } from "./everyFault";
import { isLong, slowDescribe, Stage } from "./stage";

const seeds = (process.env["FAULT_SEEDS"] ?? (isLong ? "1,2,3" : "1")).split(",").map(Number);
const uploads = isLong ? 40 : 6;
const config = { bucketName: "media", outputBucketName: "pictures", prefixes: '["uploads/"]' };
const named = (name: string) => Array.from({ length: uploads }, (_, index) => `uploads/${name}${index}.mp4`);

/** Others' documents and objects are as they were, and their queues were told of each object that was put, once. */
async function assertUnharmed(stage: Stage): Promise<void> {
  for (const existing of stage.cloud.existing) {
    const { name } = existing;
    const put = () => stage.stored.filter(({ bucket }) => bucket === name).map(({ key }) => key);
    await stage.until(async () => (await existing.toldOf()).length >= put().length);
    assert.deepEqual((await existing.toldOf()).sort(), put().sort(), name);
    assert.deepEqual(await existing.changes(), [], name);
  }
}

slowDescribe("On buckets that were there", function () {
  this.timeout(isLong ? 600_000 : 240_000);
  const videos = makeDirectory();
  let video: Buffer;
  before(() => {
    video = readFileSync(makeVideo(videos.directory, "video.mp4"));
  });
  after(() => {
    videos.remove();
  });

  for (const seed of seeds)
    it(`no upload is lost with all that can go wrong going wrong, and nobody beside is harmed (seed ${seed})`, async () => {
      const stage = await Stage.start({
        config: { ...config, maxWorkers: "4", spot: "true" },
        seed,
        faults: everyFault,
        strike: killing(0.01),
      });
      try {
        await stage.upload(named("video"), video);
        const verdicts = [...(await stage.verdicts()).values()];
        await stage.until(async () => (await stage.jobsLeft()) === 0);
        const thumbnails = verdicts.filter((verdict) => "thumbnail" in verdict).length;
        stage.report(`${uploads} uploads, ${thumbnails} thumbnails, lost: 0`);
        assert.equal(verdicts.length, uploads);
        assert.equal(stage.triesSpent, 0, "tries that faults have spent");
        await assertUnharmed(stage);
      } finally {
        await stage.stop();
      }
    });

  describe("when EventBridge can not give an upload to its Lambda", () => {
    let isOut = false;
    let isDenied = false;
    let isSupervised = true;
    let stage: Stage;
    before(async () => {
      stage = await Stage.start({
        config,
        faults: ({ injector }) => [
          noInvocations(injector, (functionArn) => isOut && functionArn.includes("onVideoUploaded")),
          {
            busEvent: (deliver) => (functionArn, event) => {
              if (isSupervised || isOfS3(event)) deliver(functionArn, event);
            },
          },
        ],
        authorizer:
          () =>
          ({ principal, action, resource }) => {
            const isIt = principal === "events.amazonaws.com" && action === "lambda:InvokeFunction";
            const why =
              isDenied && isIt && resource.includes("onVideoUploaded") ? "because of a test" : undefined;
            return Promise.resolve(why);
          },
      });
    });
    after(() => stage.stop());

    const failedEvents = async () =>
      (await stage.messagesIn("failedEventsQueueUrl")).map(
        ({ messageAttributes }) => messageAttributes["ERROR_CODE"]?.StringValue,
      );
    async function allDone(keys: string[]): Promise<void> {
      const failed = [...(await stage.verdicts(keys))].filter(([, verdict]) => "failed" in verdict);
      assert.deepEqual(failed, []);
    }
    /** As an operator does, once the cause is mended. */
    async function redriveEvents(): Promise<string[]> {
      const said: string[] = [];
      const asked = readArguments(["redrive", "--events", "--local"]) as Arguments;
      const say = (line: string) => said.push(line);
      const stack: Stack = {
        ...{ title: "local", isLocal: true, isOfOptions: false, cloudWatch: undefined },
        ...stage.cloud.clients,
        outputs: stage.cloud.outputs as unknown as StackOutputs,
        destroy: () => undefined,
      };
      const terminal = {
        ...{ print: say, printJson: say as (value: unknown) => void, say },
        ask: () => Promise.resolve(true),
        progress: () => ({ to: () => undefined, stop: () => undefined }),
        interrupted: new AbortController().signal,
      };
      assert.equal(await redrive(stack, asked, terminal), 0);
      return said;
    }

    it("for some minutes, it is only later", async () => {
      isOut = true;
      const keys = named("late");
      await stage.upload(keys, video);
      await stage.until(() => stage.cloud.eventBridge.waiting >= keys.length);
      stage.parts.clock.skip(5 * 60_000);
      assert.ok(stage.cloud.eventBridge.waiting >= keys.length);
      isOut = false;
      await allDone(keys);
      assert.deepEqual(await failedEvents(), []);
    });

    it("for more than a day, it is in failed-events, and a redrive makes its thumbnail", async () => {
      isOut = true;
      isSupervised = false;
      const keys = named("day");
      await stage.upload(keys, video);
      await stage.until(() => stage.cloud.eventBridge.waiting >= keys.length);
      stage.parts.clock.skip(25 * 3_600_000);
      await stage.until(async () => (await failedEvents()).length === keys.length);
      assert.deepEqual(new Set(await failedEvents()), new Set(["THROTTLING"]));
      isOut = false;
      isSupervised = true;
      assert.match((await redriveEvents()).join("\n"), new RegExp(`^${keys.length} jobs sent`, "m"));
      await allDone(keys);
      assert.deepEqual(await failedEvents(), []);
    });

    it("for want of the permission, it is in failed-events at once", async () => {
      isDenied = true;
      await stage.upload(["uploads/denied.mp4"], video);
      await stage.until(async () => (await failedEvents()).length === 1);
      assert.deepEqual(await failedEvents(), ["NO_PERMISSIONS"]);
      isDenied = false;
      await redriveEvents();
      await allDone(["uploads/denied.mp4"]);
      await assertUnharmed(stage);
    });
  });
});
