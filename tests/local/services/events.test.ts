import assert from "node:assert/strict";
import { localAccount } from "../../../local/program/resourceOutputs";
import { EventBridge, matchesPattern } from "../../../local/services/events/eventBridge";
import { requireInvokePermissions } from "../../../local/services/lambda/invokePermissions";
import { matches, notificationRules, notificationOf } from "../../../local/services/s3/notifications";
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
    notificationRules(notification(filter)).some((rule) =>
      matches(rule, { kind: "ObjectCreated:Put", bucket: "b", key }),
    );

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
      matches({ ...rule, events }, { kind, bucket: "b", key: "a.mp4" });
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
    const event = JSON.stringify(notificationOf(tagged, "eu-west-1", new Date(0), 1));
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
    const event = notificationOf(created, "eu-west-1", new Date(0), 1) as {
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
  const rule = (name: string, inputs: object) => [
    resource("aws:cloudwatch/eventRule:EventRule", name, inputs, { arn: `arn:rule/${name}` }),
    resource("aws:cloudwatch/eventTarget:EventTarget", name, { rule: name, arn: `arn:function:${name}` }),
  ];

  function start(resources: Resource[]) {
    const clock = new FakeClock();
    const delivered: string[] = [];
    const bus = new EventBridge(resources, "eu-west-1", "000000000000", clock, (target, event) => {
      delivered.push(`${target} ${(event as { "detail-type": string })["detail-type"]}`);
    });
    bus.start();
    return { bus, clock, delivered };
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
    const prefix = JSON.stringify({ source: [{ prefix: "aws." }] });
    assert.throws(() => start(rule("prefix", { eventPattern: prefix })), /only exact values/);
  });

  it("matches a list in the event when one of its values is allowed", () => {
    assert.ok(matchesPattern({ resources: ["a", "b"] }, { resources: ["b", "c"] }));
    assert.ok(!matchesPattern({ resources: ["a"] }, { resources: [] }));
  });
});
