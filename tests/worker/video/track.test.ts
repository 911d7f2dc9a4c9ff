import assert from "node:assert/strict";
import { chooseTrack } from "../../../worker/video/videoTrack";

describe("worker: the video track", () => {
  const video = {
    index: 0,
    codec_type: "video",
    codec_name: "hevc",
    width: 1920,
    height: 1080,
    field_order: "progressive",
    has_b_frames: 0,
    time_base: "1/25",
    disposition: {},
    tags: {},
    side_data_list: [],
  };
  const chosen = (...streams: Parameters<typeof chooseTrack>[0]["streams"]) =>
    chooseTrack({ streams, format: { format_name: "mov,mp4", start_time: 0, duration: 4 } });

  it("is the default one, of those that the file holds something of", () => {
    const isDefault = { disposition: { default: 1 } };
    assert.equal(chosen(video, { ...video, ...isDefault, index: 1 }).streamIndex, 1);
    const announced = { ...video, ...isDefault, width: 0, height: 0 };
    assert.equal(chosen(announced, { ...video, index: 1 }).streamIndex, 1);
    assert.equal(chosen(announced).streamIndex, 0);
    const cover = { ...video, disposition: { attached_pic: 1, default: 1 } };
    assert.equal(chosen(cover, { ...video, index: 1 }).streamIndex, 1);
  });

  it("begins in AVI where its decoder lets go of the first frame, at whichever rate ffmpeg takes it for", () => {
    const doubled = {
      ...video,
      has_b_frames: 2,
      start_time: 0,
      avg_frame_rate: "50/1",
      r_frame_rate: "50/1",
    };
    const { startSeconds, zeroSeconds } = chooseTrack({
      streams: [doubled],
      format: { format_name: "avi", start_time: 0, duration: 4 },
    });
    assert.deepEqual([startSeconds, zeroSeconds], [0.08, 0.08]);
  });

  it("has the brightest light that the video tells, or else that of the display it was made on", () => {
    const display = { side_data_type: "Mastering display metadata", max_luminance: "40000000/10000" };
    const light = (nits: number) => ({ side_data_type: "Content light level metadata", max_content: nits });
    const peak = (...side_data_list: Record<string, unknown>[]) =>
      chosen({ ...video, side_data_list }).color.peakNits;
    assert.equal(peak(display, light(1200)), 1200);
    assert.equal(peak(display, light(0)), 4000);
    assert.equal(peak({ side_data_type: "Mastering display metadata", max_luminance: "0/0" }), undefined);
    assert.equal(peak(), undefined);
  });

  it("has a duration, also in Matroska, where programs mean different things by it", () => {
    const matroska = (tags: Record<string, string>, start_time = 5) =>
      chooseTrack({
        streams: [{ ...video, start_time, tags }],
        format: { format_name: "matroska,webm", start_time, duration: 9 },
      }).durationSeconds;
    assert.equal(matroska({ DURATION: "00:00:09.000000000" }), 4);
    assert.equal(matroska({ DURATION: "00:00:04.000000000", _STATISTICS_WRITING_APP: "mkvmerge" }), 4);
    assert.equal(matroska({}), 4);
    assert.equal(matroska({ DURATION: "00:00:09.000000000" }, 0), 9);
  });
});
