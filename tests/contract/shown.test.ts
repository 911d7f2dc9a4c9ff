import assert from "node:assert/strict";
import fc from "fast-check";
import { shown, shownJson, shownLine } from "../../contract/shown";

describe("what others have written, as a person sees it", () => {
  it("holds no character that a terminal would obey", () => {
    const key = "a\u001b[2K\u0007\r\u009b\u202eb\u007f\u0085\u2028.mp4";
    assert.equal(shown(key), "a\\u{1b}[2K\\u{7}␍\\u{9b}\\u{202e}b\\u{7f}\\u{85}\\u{2028}.mp4");
  });

  it("stays on its line, whatever it holds and however wide the terminal is", () => {
    const key = `a\n\nWhen the cause is mended: npm run evil${" ".repeat(3)}\u3000\u2800\u3164No failed job.mp4`;
    assert.equal(
      shown(key),
      "a␊␊When the cause is mended: npm run evil␠␠␠\\u{3000}\\u{2800}\\u{3164}No failed job.mp4",
    );
  });

  it("is else as it was written", () => {
    const key = "dir/My clip (1) ü ビデオ 👩‍👩‍👧 ❤️ می‌خواهم.mp4";
    assert.equal(shown(key), key);
    assert.equal(shownLine(`  reason    ${key}`), `  reason    ${key}`);
  });

  it("reads back as it was, of JSON, in which nothing is obeyed either", () => {
    const codes = fc.oneof(
      fc.integer({ max: 0x10ffff, min: 0 }),
      fc.constantFrom(0x202e, 0x7f, 0x85, 0xe0041),
    );
    fc.assert(
      fc.property(fc.array(codes, { maxLength: 20 }), (keyCodes) => {
        const key = String.fromCodePoint(...keyCodes);
        const line = shownJson({ key });
        assert.deepEqual(JSON.parse(line), { key });
        assert.equal(shownLine(line), line);
      }),
    );
  });
});
