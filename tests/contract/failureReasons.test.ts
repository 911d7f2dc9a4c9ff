import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { explainReason, failedAtEveryTry, failureReasons } from "../../contract/failureReasons";

describe("the reasons for failure", () => {
  it("stand in the operator's page, each with what it means and what to do", () => {
    const page = readFileSync(path.join(__dirname, "../../docs/operating.md"), "utf8");
    const rows = page.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
    const head = rows.findIndex((cells) => cells[1] === "Reason begins with");
    assert.notEqual(head, -1);
    const explained = rows
      .slice(head + 2, head + 2 + failureReasons.length + 1)
      .map(([, begins, means, whatToDo]) => [begins, means, whatToDo]);
    const known = failureReasons.map(({ begins, means, whatToDo }) => [
      begins.map((beginning) => `\`${beginning.trim()}\``).join(", "),
      means,
      whatToDo,
    ]);
    assert.deepEqual(explained, [...known, [undefined, undefined, undefined]]);
  });

  it("are told apart by how they begin", () => {
    assert.equal(explainReason("encrypted: the video is protected by DRM")?.whatToDo, "Upload it without.");
    assert.match(explainReason(failedAtEveryTry)?.means ?? "", /could write no reason/);
    assert.equal(explainReason("of another version"), undefined);
    const beginnings = failureReasons.flatMap(({ begins }) => [...begins] as string[]);
    for (const beginning of beginnings) {
      const others = beginnings.filter((other) => other !== beginning && other.startsWith(beginning));
      assert.deepEqual(others, [], beginning);
    }
  });
});
