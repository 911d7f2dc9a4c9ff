import assert from "node:assert/strict";
import { withoutControls } from "../../ops/terminal";

describe("npm run ops: the terminal", () => {
  it("is given no character that it would obey", () => {
    const key = "a\u001b[2K\u0007\r\u009b\u202eb\u007f.mp4";
    assert.equal(withoutControls(key), "a\\u{1b}[2K\\u{7}\\u{d}\\u{9b}\\u{202e}b\\u{7f}.mp4");
  });

  it("is given every other line as it is", () => {
    const line = "  dir/My clip (1) ü ビデオ 👩‍👩‍👧.mp4\n\treason";
    assert.equal(withoutControls(line), line);
  });
});
