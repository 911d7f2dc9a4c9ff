import assert from "node:assert/strict";
import { notificationRules } from "../../local/services/s3/events/notifications";
import { Stack } from "./registered";
import { stacksDescribe } from "./manyStacks";

const events = (stack: Stack, rule: string) =>
  JSON.parse(String(stack.one("cloudwatch/eventRule:EventRule", rule).inputs["eventPattern"])) as object;
const rulesOf = (stack: Stack) =>
  stack
    .all("cloudwatch/eventRule:EventRule")
    .map(({ name }) => name)
    .filter((name) => name.startsWith("on"));
const filters = (stack: Stack, lambda: string) => {
  const arn = stack.arn("lambda/function:Function", lambda);
  const { lambdaFunctions } = stack.one("BucketNotification").inputs as {
    lambdaFunctions: {
      lambdaFunctionArn: string;
      events: string[];
      filterPrefix?: string;
      filterSuffix: string;
    }[];
  };
  return lambdaFunctions
    .filter(({ lambdaFunctionArn }) => lambdaFunctionArn === arn)
    .map(({ filterPrefix, filterSuffix }) => [filterPrefix, filterSuffix]);
};

stacksDescribe("events", function () {
  this.timeout(60_000);

  describe("of an existing bucket of videos and outputs", () => {
    let stack: Stack;
    before(async () => {
      stack = await Stack.evaluate({
        bucketName: "media",
        prefixes: '["uploads/"]',
        outputPrefix: "made/pictures/",
        extrasPrefix: "made/more/",
        thumbnailFormat: "webp",
        videoSuffixes: '[".mp4", ".MOV"]',
        storyboard: "true",
        removeThumbnails: "true",
      });
    });

    it("are asked for on EventBridge's default bus, and nothing of the bucket is declared", () => {
      const declared = stack.resources.filter(({ type }) => type.startsWith("aws:s3/"));
      assert.deepEqual(declared, []);
      for (const rule of rulesOf(stack))
        assert.equal(stack.one("cloudwatch/eventRule:EventRule", rule).inputs["eventBusName"], undefined);
    });

    it("call the Lambdas by patterns of their own", () => {
      const key = [
        { suffix: { "equals-ignore-case": ".mp4" } },
        { suffix: { "equals-ignore-case": ".MOV" } },
      ];
      const ofMedia = (types: string[], object: object) => ({
        source: ["aws.s3"],
        "detail-type": types,
        detail: { bucket: { name: ["media"] }, object },
      });
      assert.deepEqual(rulesOf(stack).sort(), ["onThumbnailCreated", "onVideoRemoved", "onVideoUploaded"]);
      assert.deepEqual(
        events(stack, "onVideoUploaded"),
        ofMedia(["Object Created", "Object Tags Added", "Object Tags Deleted"], { key }),
      );
      assert.deepEqual(events(stack, "onVideoRemoved"), ofMedia(["Object Deleted"], { key }));
      assert.deepEqual(
        events(stack, "onThumbnailCreated"),
        ofMedia(["Object Created"], {
          key: [{ wildcard: "made/pictures/*.webp" }, { wildcard: "made/more/*/manifest.json" }],
        }),
      );
    });

    it("reach the Lambda that the rule is called after, which lets that rule call it, and no other", () => {
      for (const name of rulesOf(stack)) {
        const rule = stack.one("cloudwatch/eventRule:EventRule", name);
        const lambda = stack.one("lambda/function:Function", name);
        const target = stack.one("cloudwatch/eventTarget:EventTarget", name);
        assert.deepEqual(target.inputs, {
          rule: rule.state["name"],
          arn: lambda.state["arn"],
          deadLetterConfig: { arn: stack.arn("sqs/queue:Queue", "failed-events") },
        });
        assert.deepEqual(stack.one("lambda/permission:Permission", name).inputs, {
          action: "lambda:InvokeFunction",
          function: lambda.state["name"],
          principal: "events.amazonaws.com",
          sourceArn: rule.state["arn"],
        });
        const first = stack.dependencies(target);
        assert.ok(first.includes(`Permission ${name}`) && first.includes("QueuePolicy failed-events"));
      }
    });

    it("are kept in failed-events when they cannot be delivered, which takes those of these rules alone", () => {
      const [deny, allow, ...others] = stack.statements("sqs/queuePolicy:QueuePolicy", "failed-events");
      assert.equal((deny as { Effect: string }).Effect, "Deny");
      assert.deepEqual(others, []);
      assert.deepEqual(allow, {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: stack.arn("sqs/queue:Queue", "failed-events"),
        Condition: {
          ArnEquals: {
            "aws:SourceArn": ["onVideoUploaded", "onVideoRemoved", "onThumbnailCreated"].map((name) =>
              stack.arn("cloudwatch/eventRule:EventRule", name),
            ),
          },
        },
      });
      for (const queue of ["jobs", "failed-jobs"])
        assert.equal(stack.statements("sqs/queuePolicy:QueuePolicy", queue).length, 1);
    });

    it("are not lost by superviseWorkers's rules, and need no queue there", () => {
      for (const name of ["everyMinute", "workerStopped"])
        assert.equal(
          stack.one("cloudwatch/eventTarget:EventTarget", name).inputs["deadLetterConfig"],
          undefined,
        );
    });
  });

  it("of an existing bucket of outputs come by EventBridge, and those of the videos by notifications", async () => {
    const stack = await Stack.evaluate({ outputBucketName: "pictures", removeThumbnails: "true" });
    assert.deepEqual(rulesOf(stack), ["onThumbnailCreated"]);
    assert.deepEqual(events(stack, "onThumbnailCreated"), {
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: ["pictures"] }, object: { key: [{ wildcard: "thumb/*.png" }] } },
    });
    assert.deepEqual(filters(stack, "onThumbnailCreated"), []);
    for (const lambda of ["onVideoUploaded", "onVideoRemoved"])
      assert.deepEqual(filters(stack, lambda), [
        [undefined, ".mp4"],
        [undefined, ".MP4"],
      ]);
    const permitted = stack
      .all("lambda/permission:Permission")
      .map(({ name, inputs }) => [name, inputs["principal"]]);
    const mayCall = permitted.filter(([name]) => name === "onThumbnailCreated");
    assert.deepEqual(mayCall, [["onThumbnailCreated", "events.amazonaws.com"]]);
  });

  it("of two existing buckets come from the videos' and from the outputs'", async () => {
    const stack = await Stack.evaluate({ bucketName: "media", outputBucketName: "pictures" });
    const bucketOf = (rule: string) =>
      (events(stack, rule) as { detail: { bucket: { name: string[] } } }).detail.bucket.name;
    assert.deepEqual(rulesOf(stack).sort(), ["onThumbnailCreated", "onVideoUploaded"]);
    assert.deepEqual(
      [bucketOf("onVideoUploaded"), bucketOf("onThumbnailCreated")],
      [["media"], ["pictures"]],
    );
    assert.deepEqual(stack.all("BucketNotification"), []);
  });

  it("of the bucket that is made come by notifications alone, with a filter for each prefix and ending", async () => {
    const stack = await Stack.evaluate({
      prefixes: '["uploads/", "in/films"]',
      removeThumbnails: "true",
      preview: "true",
    });
    assert.deepEqual(rulesOf(stack), []);
    const videos = [
      ["uploads/", ".mp4"],
      ["uploads/", ".MP4"],
      ["in/films", ".mp4"],
      ["in/films", ".MP4"],
    ];
    assert.deepEqual(filters(stack, "onVideoUploaded"), videos);
    assert.deepEqual(filters(stack, "onVideoRemoved"), videos);
    assert.deepEqual(filters(stack, "onThumbnailCreated"), [
      ["thumb/", ".png"],
      ["extras/", "/manifest.json"],
    ]);
    // Throws for filters that S3 would refuse.
    assert.equal(notificationRules(stack.resources).length, 10);
    assert.equal(stack.statements("sqs/queuePolicy:QueuePolicy", "failed-events").length, 1);
  });
});
