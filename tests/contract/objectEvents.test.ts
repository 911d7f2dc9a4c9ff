import assert from "node:assert/strict";
import fc from "fast-check";
import { keyToldIn, objectEventsIn, readObjectEvent } from "../../contract/objectEvents";
import { createdEvent, createdRecord, eventByEventBridge, taggingRecord } from "../handlers/lambda";

/** As S3 encodes keys in notifications. */
const encoded = (key: string) => encodeURIComponent(key).replaceAll("%20", "+");

describe("what happened to an object", () => {
  const told = { bucket: "videos", key: "a b.mp4", eTag: "0123456789abcdef" };

  it("is read of a notification's record, with its key decoded", () => {
    assert.deepEqual(readObjectEvent(createdRecord("a+b.mp4", 4711)), {
      ...told,
      kind: "created",
      size: 4711,
      time: "2026-01-02T03:04:05.678Z",
    });
    assert.deepEqual(readObjectEvent(taggingRecord("a+b.mp4")), {
      ...told,
      kind: "tagged",
      time: "2026-01-02T03:04:05.678Z",
    });
  });

  it("is read of S3's event by EventBridge, whose key is as it is", () => {
    const time = "2026-01-02T03:04:05Z";
    const created = eventByEventBridge("Object Created", "a b.mp4", { size: 4711, sequencer: "617f08" });
    assert.deepEqual(readObjectEvent(created), { ...told, kind: "created", size: 4711, time });
    const deleted = eventByEventBridge("Object Deleted", "a+b%41.mp4", { etag: undefined });
    assert.deepEqual(readObjectEvent(deleted), {
      bucket: "videos",
      key: "a+b%41.mp4",
      kind: "removed",
      time,
    });
  });

  it("is a creation, a change of tags or a removal, by each name that S3 has for it", () => {
    const names = {
      created: ["ObjectCreated:Put", "ObjectCreated:CompleteMultipartUpload", "s3:ObjectCreated:Copy"],
      tagged: ["ObjectTagging:Put", "ObjectTagging:Delete"],
      removed: [
        "ObjectRemoved:Delete",
        "ObjectRemoved:DeleteMarkerCreated",
        "LifecycleExpiration:Delete",
        "LifecycleExpiration:DeleteMarkerCreated",
      ],
    };
    for (const [kind, some] of Object.entries(names))
      for (const eventName of some)
        assert.equal(readObjectEvent({ ...createdRecord("a.mp4"), eventName }).kind, kind, eventName);
    const kinds = ["Object Created", "Object Tags Added", "Object Tags Deleted", "Object Deleted"].map(
      (type) => readObjectEvent(eventByEventBridge(type, "a.mp4")).kind,
    );
    assert.deepEqual(kinds, ["created", "tagged", "tagged", "removed"]);
  });

  it("has the very key, whatever is in it and whichever way it comes", () => {
    const keys = [
      "a+b.mp4",
      "100%.mp4",
      "%41.mp4",
      "a b  c.mp4",
      "\u202egpj.mp4",
      "\ufffe\n\u0000.mp4",
      "ä".repeat(510) + ".mp4",
      "影".repeat(340) + ".mp4",
      "__proto__",
    ];
    for (const key of keys) {
      assert.equal(readObjectEvent(createdRecord(encoded(key))).key, key);
      assert.equal(readObjectEvent(eventByEventBridge("Object Created", key)).key, key);
    }
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 200 }), (key) => {
        assert.equal(readObjectEvent(createdRecord(encoded(key))).key, key);
        assert.equal(readObjectEvent(eventByEventBridge("Object Created", key)).key, key);
      }),
    );
  });

  it("comes in parts of one object each", () => {
    const event = createdEvent(createdRecord("a.mp4"), createdRecord("b.mp4"));
    assert.deepEqual(objectEventsIn(event), event.Records);
    const other = eventByEventBridge("Object Created", "a.mp4");
    assert.deepEqual(objectEventsIn(other), [other]);
  });

  it("is not guessed of what is no event of S3's, and the error shows it", () => {
    const strange = [undefined, null, 7, "text", [], {}, { Records: {} }, { source: "aws.ecs", detail: {} }];
    for (const event of strange)
      assert.throws(() => objectEventsIn(event), /neither a notification of S3's .* nor S3's by EventBridge/);
    assert.throws(() => objectEventsIn({ hello: 1 }), /\{"hello":1\}$/);
    assert.throws(
      () => objectEventsIn({ text: "x".repeat(300_000) }),
      ({ message }: Error) => message.length < 1500,
    );
  });

  it("is not guessed of a part that lacks something, and the error says which key and what", () => {
    const record = createdRecord("a.mp4");
    const withObject = (object: object) => ({ ...record, s3: { ...record.s3, object } });
    const event = eventByEventBridge("Object Created", "a.mp4") as Record<string, unknown>;
    const cases: [unknown, RegExp][] = [
      [null, /names no bucket/],
      [[], /names no bucket/],
      [{ ...record, s3: undefined }, /names no bucket/],
      [
        { ...record, s3: { ...record.s3, bucket: { name: "" } } },
        /"a\.mp4" is not understood: it names no bucket/,
      ],
      [withObject({ key: "" }), /names no object/],
      [withObject({ key: 7 }), /names no object/],
      [withObject({ key: "100%.mp4" }), /"100%\.mp4" is not URL-encoded/],
      [withObject({ key: "a.mp4", eTag: 1 }), /the ETag is 1/],
      [withObject({ key: "a.mp4", size: "5" }), /the size is "5"/],
      [withObject({ key: "a.mp4", size: -1 }), /the size is -1/],
      [withObject({ key: "a.mp4", size: 1.5 }), /the size is 1\.5/],
      [{ ...record, eventTime: undefined }, /its time is undefined/],
      [{ ...record, eventTime: "soon" }, /its time is "soon"/],
      [
        { ...record, eventName: "ObjectRestore:Completed" },
        /tells of "ObjectRestore:Completed"; allowed: ObjectCre/,
      ],
      [{ ...record, eventName: "constructor:x" }, /tells of "constructor:x"/],
      [{ ...record, eventName: undefined }, /tells of undefined/],
      [{ ...event, "detail-type": "Object Restore Completed" }, /tells of "Object Restore Completed"/],
      [{ ...event, "detail-type": 7 }, /tells of 7/],
      [{ ...event, source: "custom" }, /source is "custom"; allowed: aws\.s3/],
      [{ ...event, detail: undefined }, /names no bucket/],
      [{ ...event, detail: { bucket: { name: "videos" } } }, /names no object/],
      [{ ...event, time: "2026" }, /its time is "2026"/],
    ];
    for (const [part, message] of cases) assert.throws(() => readObjectEvent(part), { message });
  });

  it("is told of by its key even where nothing else can be read", () => {
    assert.equal(keyToldIn(createdRecord("a+b.mp4")), "a b.mp4");
    assert.equal(keyToldIn(createdRecord("100%.mp4")), "100%.mp4");
    assert.equal(keyToldIn(eventByEventBridge("Anything", "a+b%41.mp4")), "a+b%41.mp4");
    for (const part of [null, 2, {}, { s3: { object: { key: 1 } } }, { detail: [] }])
      assert.equal(keyToldIn(part), null);
  });
});
