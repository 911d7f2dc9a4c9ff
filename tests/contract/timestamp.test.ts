import assert from "node:assert/strict";
import { parseTimestamp, timestampFromFileName } from "../../contract/timestamp";

const seconds = (value: number) => ({ kind: "seconds", seconds: value });
const percent = (value: number) => ({ kind: "percent", percent: value });

describe("worker: timestamps", () => {
  it("are read as seconds, minutes and seconds, hours too, or a percentage", () => {
    const readings: [string, unknown][] = [
      ["0", seconds(0)],
      ["2", seconds(2)],
      ["02.5", seconds(2.5)],
      ["90", seconds(90)],
      ["00:02", seconds(2)],
      ["01:02.250", seconds(62.25)],
      ["75:30", seconds(4530)],
      ["01:02:03", seconds(3723)],
      ["01:02:03.004", seconds(3723.004)],
      ["25%", percent(25)],
      ["12.5%", percent(12.5)],
      ["25 percent", percent(25)],
      ["25percent", percent(25)],
      ["0%", percent(0)],
      ["100%", percent(100)],
      [" 00:02 ", seconds(2)],
      ["auto", { kind: "auto" }],
    ];
    for (const [text, expected] of readings) assert.deepEqual(parseTimestamp(text), expected, text);
  });

  it("that are malformed are refused by name, with what is allowed", () => {
    const malformed = [
      "",
      "soon",
      "Auto",
      "-1",
      "1:60",
      "1:60:00",
      "1:2:3:4",
      "101%",
      "101 percent",
      "25 per cent",
      "%",
      "1e3",
      "0x10",
      "2s",
      "00:02\n1",
    ];
    for (const text of malformed) {
      assert.throws(
        () => parseTimestamp(text),
        (error: Error) =>
          error.message.includes(JSON.stringify(text)) && error.message.includes("HH:MM:SS[.mmm]"),
        text,
      );
    }
  });

  it("are found at the end of a file's name", () => {
    assert.deepEqual(timestampFromFileName("cat_00-01.mp4"), seconds(1));
    assert.deepEqual(timestampFromFileName("some/dir/talk_01-02-03.mov"), seconds(3723));
  });

  it("are not seen in other names", () => {
    const names = [
      "cat.mp4",
      "cat_00-01",
      "cat00-01.mp4",
      "cat_00-61.mp4",
      "cat_00-01_x.mp4",
      "cat_00-01.mp4/x.mp4",
    ];
    for (const name of names) assert.equal(timestampFromFileName(name), undefined, name);
    assert.equal(timestampFromFileName("holiday_2026-01-02.mp4"), undefined);
  });
});
