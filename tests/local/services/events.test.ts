import assert from "node:assert/strict";
import { localAccount } from "../../../local/program/resourceOutputs";
import type { DeadLetter, Refusal } from "../../../local/services/events/deliveries";
import { EventBridge } from "../../../local/services/events/eventBridge";
import { requireInvokePermissions } from "../../../local/services/lambda/invokePermissions";
import { busEventOf, notificationOf } from "../../../local/services/s3/events/eventShapes";
import { matches } from "../../../local/services/s3/events/notificationRule";
import { notificationRules } from "../../../local/services/s3/events/notifications";
import type { ObjectEvent } from "../../../local/services/s3/s3";
import type { Resource } from "../../../local/program/resources";
import { FakeClock } from "../fakeClock";

type Filter = { filterPrefix?: string; filterSuffix?: string };

function resource(type: string, name: string, inputs: object, state: object = {}): Resource {
  return {
    ...{ type, name, id: name, provider: "", urn: `urn:${name}`, dependencies: [], deletedWith: "" },
    inputs: { ...inputs },
    state: { name, ...inputs, ...state },
  };
}

function notification(...filters: Filter[]): Resource[] {
  const lambdaFunctions = filters.map((filter) => ({
    ...filter,
    lambdaFunctionArn: "arn:function:f",
    events: ["s3:ObjectCreated:*"],
  }));
  return [resource("aws:s3/bucketNotification:BucketNotification", "n", { bucket: "b", lambdaFunctions })];
}

describe("The local bucket's notifications", () => {
  const isTold = (filter: Filter, key: string) =>
    notificationRules(notification(filter)).some((rule) => matches(rule, { kind: "ObjectCreated:Put", key }));

  it("filter by prefix and suffix, and know upper case from lower", () => {
    assert.ok(isTold({ filterSuffix: ".mp4" }, "dir/a.mp4"));
    assert.ok(!isTold({ filterSuffix: ".mp4" }, "a.MP4"));
    assert.ok(isTold({ filterPrefix: "thumb/", filterSuffix: ".png" }, "thumb/a.png"));
    assert.ok(!isTold({ filterPrefix: "thumb/", filterSuffix: ".png" }, "a.png"));
  });

  it("tell a rule of the kinds of event that it names", () => {
    const [rule] = notificationRules(notification({ filterSuffix: ".mp4" }));
    assert.ok(rule !== undefined);
    const told = (events: string[], kind: ObjectEvent["kind"]) =>
      matches({ ...rule, events }, { kind, key: "a.mp4" });
    assert.ok(told(["s3:ObjectRemoved:*"], "ObjectRemoved:Delete"));
    assert.ok(told(["s3:ObjectCreated:*", "s3:ObjectTagging:Put"], "ObjectTagging:Put"));
    assert.ok(!told(["s3:ObjectCreated:*"], "ObjectRemoved:Delete"));
    assert.ok(!told(["s3:ObjectRemoved:Delete"], "ObjectRemoved:DeleteMarkerCreated"));
  });

  it("are refused when two could match one key, as S3 refuses them", () => {
    const refused = /overlap/;
    assert.throws(
      () => notificationRules(notification({ filterSuffix: ".mp4" }, { filterSuffix: "4" })),
      refused,
    );
    assert.throws(
      () => notificationRules(notification({ filterSuffix: ".mp4" }, { filterPrefix: "in/" })),
      refused,
    );
    const apart = notification(
      { filterSuffix: ".mp4" },
      { filterSuffix: ".MP4" },
      { filterPrefix: "thumb/", filterSuffix: ".png" },
    );
    assert.equal(notificationRules(apart).length, 3);
  });

  it("tell of changed tags neither the object's size nor their own order, as S3 does not", () => {
    const tagged = {
      kind: "ObjectTagging:Put" as const,
      bucket: "b",
      key: "a.mp4",
      sizeBytes: 1,
      eTag: "e",
    };
    const event = JSON.stringify(notificationOf(tagged, "eu-west-1", { time: new Date(0), sequence: 1 }));
    const [record] = (JSON.parse(event) as { Records: { eventVersion: string; s3: { object: object } }[] })
      .Records;
    assert.equal(record?.eventVersion, "2.3");
    assert.deepEqual(record.s3.object, { key: "a.mp4", eTag: "e" });
  });

  it("encode the key as S3 does, with a plus sign for a space", () => {
    const created = {
      kind: "ObjectCreated:Put" as const,
      bucket: "b",
      key: "d/a b+ü(1).mp4",
      sizeBytes: 1,
      eTag: "e",
    };
    const event = notificationOf(created, "eu-west-1", { time: new Date(0), sequence: 1 }) as {
      Records: { eventName: string; s3: { object: { key: string } } }[];
    };
    assert.equal(event.Records[0]?.eventName, "ObjectCreated:Put");
    assert.equal(event.Records[0].s3.object.key, "d/a+b%2B%C3%BC%281%29.mp4");
  });

  it("need the permission to invoke the Lambda, for this bucket and as long as the account owns it", () => {
    const permission = (sourceArn: string, sourceAccount?: string) =>
      resource("aws:lambda/permission:Permission", "p", {
        function: "f",
        principal: "s3.amazonaws.com",
        sourceArn,
        sourceAccount,
      });
    const registered = notification({ filterSuffix: ".mp4" });
    for (const missing of [
      permission("arn:aws:s3:::other", localAccount),
      permission("arn:aws:s3:::b", "111122223333"),
      permission("arn:aws:s3:::b"),
    ]) {
      assert.throws(() => {
        requireInvokePermissions([...registered, missing]);
      }, /no permission to invoke arn:function:f/);
    }
    requireInvokePermissions([...registered, permission("arn:aws:s3:::b", localAccount)]);
  });
});

describe("The local EventBridge", () => {
  const rule = (name: string, inputs: object, target: object = {}) => [
    resource("aws:cloudwatch/eventRule:EventRule", name, inputs, { arn: `arn:rule/${name}` }),
    resource("aws:cloudwatch/eventTarget:EventTarget", name, {
      ...{ rule: name, arn: `arn:function:${name}` },
      ...target,
    }),
  ];

  function start(resources: Resource[]) {
    const clock = new FakeClock();
    const delivered: string[] = [];
    const letters: DeadLetter[] = [];
    const state: { refusal?: Refusal } = {};
    const bus = new EventBridge({
      ...{ resources, region: "eu-west-1", account: "000000000000", clock },
      deliver({ targetArn, event }, refused) {
        if (state.refusal === undefined)
          delivered.push(`${targetArn} ${(event as { "detail-type": string })["detail-type"]}`);
        else refused(state.refusal);
      },
      onDeadLetter: (letter) => letters.push(letter),
    });
    bus.start();
    return { bus, clock, delivered, letters, state };
  }

  it("calls a schedule's target once per period, until it is stopped", () => {
    const { bus, clock, delivered } = start(rule("every", { scheduleExpression: "rate(1 minute)" }));
    clock.advance(59_999);
    assert.deepEqual(delivered, []);
    clock.advance(1);
    clock.advance(120_000);
    assert.deepEqual(delivered, Array(3).fill("arn:function:every Scheduled Event"));
    bus.stop();
    clock.advance(600_000);
    assert.equal(delivered.length, 3);
    assert.equal(clock.waiting, 0);
  });

  it("calls a pattern's target for the events that match, and for no others", () => {
    const pattern = { source: ["aws.ecs"], detail: { lastStatus: ["STOPPED"], clusterArn: ["arn:c"] } };
    const { bus, delivered } = start(rule("stopped", { eventPattern: JSON.stringify(pattern) }));
    const put = (lastStatus: string, clusterArn: string) => {
      bus.put({
        source: "aws.ecs",
        "detail-type": "Task",
        resources: [],
        detail: { lastStatus, clusterArn },
      });
    };
    put("RUNNING", "arn:c");
    put("STOPPED", "arn:other");
    assert.deepEqual(delivered, []);
    put("STOPPED", "arn:c");
    assert.deepEqual(delivered, ["arn:function:stopped Task"]);
  });

  it("leaves a disabled rule alone", () => {
    const inputs = { scheduleExpression: "rate(1 minute)", state: "DISABLED" };
    const { clock, delivered } = start(rule("off", inputs));
    clock.advance(120_000);
    assert.deepEqual(delivered, []);
  });

  it("says so when a rule is more than it understands", () => {
    assert.throws(() => start(rule("cron", { scheduleExpression: "cron(0 12 * * ? *)" })), /only rate/);
    const cidr = JSON.stringify({ detail: { "source-ip-address": [{ cidr: "10.0.0.0/24" }] } });
    assert.throws(() => start(rule("ip", { eventPattern: cidr })), /^Error: Rule ip: The condition .*cidr/);
  });

  describe("when a target takes no event", () => {
    const pattern = { eventPattern: JSON.stringify({ source: ["s"] }) };
    const event = { source: "s", "detail-type": "T", resources: [], detail: {} };
    const busy = { code: "THROTTLING", message: "Rate Exceeded.", isFinal: false };

    it("tries again until it does, and waits longer each time", () => {
      const { bus, clock, delivered, letters, state } = start(rule("a", pattern));
      state.refusal = busy;
      bus.put(event);
      assert.equal(bus.waiting, 1);
      clock.advance(3_600_000);
      assert.equal(bus.waiting, 1);
      delete state.refusal;
      clock.advance(599_999);
      clock.advance(1);
      assert.deepEqual([delivered, letters, bus.waiting], [["arn:function:a T"], [], 0]);
    });

    it("gives it up after a day, or after as many tries or as much time as the target says", () => {
      const letterOf = (target: object, ms: number) => {
        const { bus, clock, letters, state } = start(rule("a", pattern, target));
        state.refusal = busy;
        bus.put(event);
        clock.advance(ms - 1);
        const early = letters.length;
        clock.advance(3_600_000);
        assert.deepEqual([early, letters.length, bus.waiting], [0, 1, 0]);
        const { queueArn, attributes, event: given } = letters[0]!;
        assert.equal((given as typeof event).source, "s");
        return { queueArn, attributes };
      };
      const attributes = {
        RULE_ARN: "arn:rule/a",
        TARGET_ARN: "arn:function:a",
        ERROR_CODE: "THROTTLING",
        ERROR_MESSAGE: "Rate Exceeded.",
      };
      const deadLetterConfig = { arn: "arn:queue" };
      assert.deepEqual(letterOf({ deadLetterConfig, retryPolicy: { maximumRetryAttempts: 2 } }, 3_000), {
        queueArn: "arn:queue",
        attributes: { ...attributes, RETRY_ATTEMPTS: "2", EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts" },
      });
      const { queueArn, attributes: told } = letterOf({}, 23 * 3_600_000);
      assert.equal(queueArn, undefined);
      assert.equal(told["EXHAUSTED_RETRY_CONDITION"], "MaximumEventAgeInSeconds");
      letterOf({ retryPolicy: { maximumEventAgeInSeconds: 60 } }, 30_000);
    });

    it("gives it up at once when the same would happen again", () => {
      const { bus, letters, state } = start(rule("a", pattern));
      state.refusal = { code: "NO_PERMISSIONS", message: "denied", isFinal: true };
      bus.put(event);
      const { ERROR_CODE, RETRY_ATTEMPTS, EXHAUSTED_RETRY_CONDITION } = letters[0]!.attributes;
      assert.deepEqual(
        [ERROR_CODE, RETRY_ATTEMPTS, EXHAUSTED_RETRY_CONDITION],
        ["NO_PERMISSIONS", "0", undefined],
      );
    });

    it("needs a queue for it that lets EventBridge send for this rule", () => {
      const queue = resource("aws:sqs/queue:Queue", "q", {}, { arn: "arn:q" });
      const permission = resource("aws:lambda/permission:Permission", "p", {
        ...{ function: "a", principal: "events.amazonaws.com", sourceArn: "arn:rule/a" },
      });
      const registered = [...rule("a", pattern, { deadLetterConfig: { arn: "arn:q" } }), permission];
      const policy = (sourceArn: string, service = "events.amazonaws.com", Effect = "Allow") =>
        resource("aws:sqs/queuePolicy:QueuePolicy", "q", {
          queueUrl: "q",
          policy: JSON.stringify({
            Statement: [
              {
                ...{ Effect, Principal: { Service: service }, Action: "sqs:SendMessage", Resource: "arn:q" },
                Condition: { ArnEquals: { "aws:SourceArn": [sourceArn] } },
              },
            ],
          }),
        });
      const require =
        (...more: Resource[]) =>
        () => {
          requireInvokePermissions([...registered, ...more]);
        };
      assert.throws(require(), /dead-letter queue arn:q of arn:rule\/a does not exist/);
      for (const wrong of [
        policy("arn:rule/b"),
        policy("arn:rule/a", "s3.amazonaws.com"),
        policy("arn:rule/a", undefined, "Deny"),
      ])
        assert.throws(require(queue, wrong), /no permission to send to arn:q for arn:rule\/a/);
      require(queue, policy("arn:rule/a"))();
    });
  });
});

describe("S3's events on EventBridge's bus", () => {
  const created = {
    kind: "ObjectCreated:Put",
    bucket: "b",
    key: "d/a b+%41.mp4",
    sizeBytes: 5,
    eTag: "e",
  } as const;
  const sequencer = "000000000000000007";

  it("are as S3 documents them, with the key as it is", () => {
    assert.deepEqual(busEventOf({ ...created, versionId: "v" }, "000000000000", 7), {
      source: "aws.s3",
      "detail-type": "Object Created",
      resources: ["arn:aws:s3:::b"],
      detail: {
        version: "0",
        bucket: { name: "b" },
        object: { key: "d/a b+%41.mp4", size: 5, etag: "e", "version-id": "v", sequencer },
        "request-id": "LOCAL",
        requester: "000000000000",
        "source-ip-address": "127.0.0.1",
        reason: "PutObject",
      },
    });
  });

  const kinds: [ObjectEvent["kind"], string, string?, string?][] = [
    ["ObjectCreated:Post", "Object Created", "POST Object"],
    ["ObjectCreated:CompleteMultipartUpload", "Object Created", "CompleteMultipartUpload"],
    ["ObjectCreated:Copy", "Object Created", "CopyObject"],
    ["ObjectRemoved:Delete", "Object Deleted", "DeleteObject", "Permanently Deleted"],
    ["ObjectRemoved:DeleteMarkerCreated", "Object Deleted", "DeleteObject", "Delete Marker Created"],
    ["ObjectTagging:Put", "Object Tags Added"],
    ["ObjectTagging:Delete", "Object Tags Deleted"],
  ];
  for (const [kind, type, reason, deletion] of kinds)
    it(`tell of ${kind}`, () => {
      const { "detail-type": told, detail } = busEventOf({ ...created, kind }, "000000000000", 7);
      assert.deepEqual([told, detail["reason"], detail["deletion-type"]], [type, reason, deletion]);
      const { size, sequencer: order } = detail["object"] as Record<string, unknown>;
      assert.equal(size, type === "Object Created" ? 5 : undefined);
      assert.equal(order, reason === undefined ? undefined : sequencer);
    });
});
