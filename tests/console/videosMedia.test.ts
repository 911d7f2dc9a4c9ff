import assert from "node:assert/strict";
import { Operator } from "../ops/operator";
import { TestConsole } from "./testConsole";

describe("the console: where its pictures and videos are", () => {
  let operator: Operator;
  let shown: TestConsole;
  before(async () => {
    operator = await Operator.start();
    shown = await TestConsole.start(operator.stack);
  });
  after(async () => {
    await shown.stop();
    await operator.stop();
  });

  const leadsTo = async (address: string, key: string) => {
    const response = await shown.fetch(`${address}?${new URLSearchParams({ key }).toString()}`);
    assert.equal(response.status, 302, key);
    return { response, to: new URL(response.headers.get("location") ?? "") };
  };
  const toldOf = ({ searchParams }: URL) => [
    searchParams.get("response-content-type"),
    searchParams.get("response-content-disposition"),
  ];

  it("leads to the bucket for five minutes, and a browser may keep that for four", async () => {
    const { response, to } = await leadsTo("/media/output", "thumb/a.png");
    assert.equal(to.origin, operator.bucket.endpoint);
    assert.equal(to.searchParams.get("X-Amz-Expires"), "300");
    assert.equal(response.headers.get("cache-control"), "private, max-age=240");
  });

  it("has the bucket give pictures as pictures and videos as videos", async () => {
    const picture = await leadsTo("/media/output", "thumb/a.PNG");
    assert.deepEqual(toldOf(picture.to), ["image/png", "inline"]);
    const video = await leadsTo("/media/video", "a.mov");
    assert.deepEqual(toldOf(video.to), ["video/mp4", "inline"]);
  });

  it("has the bucket give all else only to be saved, so that nothing stored is run as a page", async () => {
    for (const name of ["a.html", "a.svg", "a", "a.constructor", "a.mp4/storyboard.vtt", "a.png/b.xhtml"]) {
      const { to } = await leadsTo("/media/output", `extras/${name}`);
      assert.deepEqual(toldOf(to), ["application/octet-stream", "attachment"], name);
    }
  });

  it("names each key as S3 has it", async () => {
    for (const key of ["a #1?.mp4", "b+c%20.mp4", "d/../e.mp4", "f\u202Eg\n.mp4", `${"é".repeat(500)}.mp4`]) {
      const { to } = await leadsTo("/media/video", key);
      // A URL that is read resolves `..`, a bucket's address has it as it is.
      const { response } = await leadsTo("/media/video", key);
      const path = (response.headers.get("location") ?? "").slice(to.origin.length).split("?")[0] ?? "";
      assert.equal(decodeURIComponent(path), `/videos/${key}`);
    }
  });
});
