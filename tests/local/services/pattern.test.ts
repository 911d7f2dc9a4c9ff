import assert from "node:assert/strict";
import fc from "fast-check";
import { readPattern } from "../../../local/services/events/pattern";

/** Which of these values the conditions on one field let through. */
function through(conditions: unknown[], values: unknown[]): unknown[] {
  const fits = readPattern(JSON.stringify({ detail: { field: conditions } }));
  return values.filter((field) => fits({ detail: { field } }));
}

describe("A rule's pattern", () => {
  it("takes a value for itself alone, of its type", () => {
    assert.deepEqual(through(["1", 2, null, true], ["1", 1, "2", 2, null, true, "true", "null"]), [
      "1",
      2,
      null,
      true,
    ]);
  });

  it("asks for all of its fields, and of each for one of its conditions", () => {
    const fits = readPattern(JSON.stringify({ source: ["a", "b"], detail: { key: [{ prefix: "k" }] } }));
    assert.ok(fits({ source: "b", detail: { key: "key", more: 1 }, more: 1 }));
    assert.ok(!fits({ source: "c", detail: { key: "key" } }));
    assert.ok(!fits({ source: "b", detail: { key: "no" } }));
    assert.ok(!fits({ source: "b" }));
    assert.ok(!fits({ source: "b", detail: "key" }));
  });

  it("takes a list for any of its values, and a list of objects for one that has all", () => {
    assert.deepEqual(through(["a"], [["a", "b"], ["b"], []]), [["a", "b"]]);
    const fits = readPattern(JSON.stringify({ detail: { tag: { key: ["k"], value: ["v"] } } }));
    assert.ok(fits({ detail: { tag: [{ key: "x" }, { key: "k", value: "v" }] } }));
    assert.ok(
      !fits({
        detail: {
          tag: [
            { key: "k", value: "x" },
            { key: "x", value: "v" },
          ],
        },
      }),
    );
  });

  const names = ["a.mp4", "A.MP4", "b.Mp4", "a.mp4.txt", "mp4", ".mp4", 4, null];
  const cases: [string, unknown, unknown[]][] = [
    ["prefix", { prefix: "a" }, ["a.mp4", "a.mp4.txt"]],
    ["prefix in any case", { prefix: { "equals-ignore-case": "a." } }, ["a.mp4", "A.MP4", "a.mp4.txt"]],
    ["suffix", { suffix: ".mp4" }, ["a.mp4", ".mp4"]],
    ["suffix in any case", { suffix: { "equals-ignore-case": ".mP4" } }, ["a.mp4", "A.MP4", "b.Mp4", ".mp4"]],
    ["the whole in any case", { "equals-ignore-case": "A.mp4" }, ["a.mp4", "A.MP4"]],
    ["wildcard", { wildcard: "*.mp4*" }, ["a.mp4", "a.mp4.txt", ".mp4"]],
    ["all but a text", { "anything-but": "a.mp4" }, names.filter((name) => name !== "a.mp4")],
    ["all but a number", { "anything-but": [4, 5] }, names.filter((name) => name !== 4)],
    [
      "all but several",
      { "anything-but": ["mp4", ".mp4"] },
      ["a.mp4", "A.MP4", "b.Mp4", "a.mp4.txt", 4, null],
    ],
    ["all but a prefix", { "anything-but": { prefix: "a" } }, ["A.MP4", "b.Mp4", "mp4", ".mp4", 4, null]],
    [
      "all but suffixes",
      { "anything-but": { suffix: [".mp4", ".txt"] } },
      ["A.MP4", "b.Mp4", "mp4", 4, null],
    ],
    [
      "all but a case",
      { "anything-but": { "equals-ignore-case": "a.MP4" } },
      ["b.Mp4", "a.mp4.txt", "mp4", ".mp4", 4, null],
    ],
    [
      "all but a wildcard",
      { "anything-but": { wildcard: "a*" } },
      ["A.MP4", "b.Mp4", "mp4", ".mp4", 4, null],
    ],
    ["numbers", { numeric: [">", 3, "<=", 4] }, [4]],
    ["one number", { numeric: ["=", 4.0] }, [4]],
  ];
  for (const [title, condition, expected] of cases)
    it(`knows ${title}: ${JSON.stringify(condition)}`, () => {
      assert.deepEqual(through([condition], names), expected);
    });

  it("knows the limits of numbers", () => {
    const numbers = [-1, 0, 0.5, 1, 2, "1"];
    assert.deepEqual(through([{ numeric: ["<", 1] }], numbers), [-1, 0, 0.5]);
    assert.deepEqual(through([{ numeric: ["<=", 1] }], numbers), [-1, 0, 0.5, 1]);
    assert.deepEqual(through([{ numeric: [">", 0, "<", 2] }], numbers), [0.5, 1]);
    assert.deepEqual(through([{ numeric: [">=", 1] }], numbers), [1, 2]);
  });

  it("takes a star in a wildcard for any characters, newlines too, and everything else for itself", () => {
    const keys = [
      "thumb/a.png",
      "thumb/.png",
      "thumb/d/é\n.png",
      "thumb/axpng",
      "x/thumb/a.png",
      "thumb/a.png2",
    ];
    assert.deepEqual(through([{ wildcard: "thumb/*.png" }], keys), keys.slice(0, 3));
    assert.deepEqual(through([{ wildcard: "a\\*b\\\\*" }], ["a*b\\c", "axb\\c", "a*bc"]), ["a*b\\c"]);
  });

  it("tells a field that is there from one that is not, also in what is not there", () => {
    const there = readPattern(JSON.stringify({ detail: { size: [{ exists: true }] } }));
    const missing = readPattern(JSON.stringify({ detail: { size: [{ exists: false }] } }));
    for (const [event, isThere] of [
      [{ detail: { size: 0 } }, true],
      [{ detail: { size: null } }, true],
      [{ detail: {} }, false],
      [{ detail: { size: [] } }, false],
      [{}, false],
    ] as const) {
      assert.equal(there(event), isThere, JSON.stringify(event));
      assert.equal(missing(event), !isThere, JSON.stringify(event));
    }
  });

  it("lets through what has one of the alternatives of $or", () => {
    const fits = readPattern(
      JSON.stringify({ source: ["s"], $or: [{ a: [1] }, { b: { c: [2] } }, { b: { c: [3] }, d: [4] }] }),
    );
    assert.ok(fits({ source: "s", a: 1 }));
    assert.ok(fits({ source: "s", b: { c: 2 } }));
    assert.ok(fits({ source: "s", b: { c: 3 }, d: 4 }));
    assert.ok(!fits({ source: "s", b: { c: 3 } }));
    assert.ok(!fits({ source: "t", a: 1 }));
  });

  it("is refused where $or asks again of a field, which EventBridge would take for a replacement", () => {
    const key = (value: unknown) => ({ object: { key: [value] } });
    const either = { $or: [key({ prefix: "a/" }), key({ prefix: "b/" })] };
    assert.doesNotThrow(() => readPattern(JSON.stringify({ detail: either })));
    const twice = /asks of detail\.object\.key within \$or and beside it/;
    for (const detail of [
      { ...key({ suffix: ".mp4" }), ...either },
      { ...either, ...key({ suffix: ".mp4" }) },
      { $or: [{ ...either, ...key("x") }, { other: [1] }] },
    ])
      assert.throws(() => readPattern(JSON.stringify({ detail })), twice);
    const inner = { detail: key({ suffix: ".mp4" }), $or: [{ detail: key("a") }, { source: ["s"] }] };
    assert.throws(() => readPattern(JSON.stringify(inner)), twice);
  });

  const refused: unknown[] = [
    ...[
      { cidr: "10.0.0.0/24" },
      { prefix: 1 },
      { prefix: "a", suffix: "b" },
      {},
      { suffix: { prefix: "a" } },
    ],
    ...[
      { wildcard: { "equals-ignore-case": "a" } },
      { wildcard: "a**" },
      { wildcard: "a\\b" },
      { exists: "yes" },
    ],
    ...[{ numeric: [] }, { numeric: ["<", 1, ">", 0] }, { numeric: ["<", "1"] }, { numeric: ["=", 6e9] }],
    ...[{ numeric: [">", 1, "<", 2, "<", 3] }, { "anything-but": [] }, { "anything-but": ["a", 1] }],
    ...[
      { "anything-but": null },
      { "anything-but": { prefix: "" } },
      { "anything-but": { exists: true } },
      ["a"],
    ],
    ...[{ constructor: "a" }, { prefix: { "equals-ignore-case": 1 } }],
  ];
  for (const condition of refused)
    it(`is refused with ${JSON.stringify(condition)}`, () => {
      assert.throws(() => through([condition], []), /The (condition|wildcard) /);
    });

  it("is refused when it is none", () => {
    for (const pattern of [
      {},
      [],
      "a",
      { a: {} },
      { a: "b" },
      { a: [] },
      { $or: [{ a: [1] }] },
      { $or: { a: [1] } },
    ])
      assert.throws(() => readPattern(JSON.stringify(pattern)), JSON.stringify(pattern));
  });

  it("finds videos by their endings as it should, whatever else is in a key", () => {
    const fits = readPattern(JSON.stringify({ key: [{ suffix: { "equals-ignore-case": ".mp4" } }] }));
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.constantFrom(".mp4", ".MP4", ".mP4", ".mp", "4"),
        (name, end) => {
          const key = name + end;
          assert.equal(fits({ key }), key.toLowerCase().endsWith(".mp4"));
        },
      ),
    );
  });
});
