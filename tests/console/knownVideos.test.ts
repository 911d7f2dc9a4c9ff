import assert from "node:assert/strict";
import type { VideoSummary } from "../../console/messages";
import { KnownVideos } from "../../console/reading/videos/knownVideos";
import { Live, type Message } from "../../console/server/live";

describe("the console: the videos that it knows", () => {
  const video = (key: string, eTag = "1"): VideoSummary => ({
    ...{ key, eTag, thumbnail: `thumb/${key}.png` },
    storedAt: "2026-01-01T00:00:00.000Z",
  });

  function open(): { videos: KnownVideos; live: Live; told: Message[] } {
    const live = new Live();
    const told: Message[] = [];
    live.listen((message) => told.push(message));
    return { videos: new KnownVideos(live), live, told };
  }

  it("are told whole once, and then as what has changed", () => {
    const { videos, told } = open();
    videos.listed([video("a"), video("b")]);
    videos.listed([video("a", "2"), video("c")]);
    videos.listed([video("a", "2"), video("c")]);
    assert.deepEqual(told, [
      { name: "videos", data: { value: [video("a"), video("b")] } },
      { name: "videos-changed", data: { changed: [video("a", "2"), video("c")], removed: ["b"] } },
    ]);
  });

  it("are whole for a page that comes later", () => {
    const { videos, live } = open();
    videos.listed([video("a")]);
    videos.seen(video("b"));
    assert.deepEqual(live.last("videos"), { value: [video("a"), video("b")] });
  });

  it("keep what was seen while a long listing was made, which had passed it by", () => {
    const { videos, live, told } = open();
    videos.listed([video("a")]);
    videos.listing();
    videos.seen(video("a", "2"));
    videos.seen(video("b"));
    told.length = 0;
    videos.listed([video("a")]);
    assert.deepEqual(told, []);
    assert.deepEqual(live.last("videos"), { value: [video("a", "2"), video("b")] });
  });

  it("have what was seen before the first listing had ended", () => {
    const { videos, told } = open();
    videos.listing();
    videos.seen(video("b"));
    videos.listed([video("a")]);
    assert.deepEqual(told, [{ name: "videos", data: { value: [video("a"), video("b")] } }]);
  });
});
