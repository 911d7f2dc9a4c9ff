import assert from "node:assert/strict";
import { chooseTrack } from "../../../worker/video/videoTrack";
import { complaintOf } from "../../../worker/picture/complaints";
import { DecodeLog } from "../../../worker/picture/decodeLog";

const trackOf = (container: string, codec: string) =>
  chooseTrack({
    streams: [
      {
        ...{ index: 0, codec_type: "video", codec_name: codec, width: 64, height: 64, has_b_frames: 1 },
        ...{ field_order: "progressive", time_base: "1/25", disposition: {}, tags: {}, side_data_list: [] },
      },
    ],
    format: { format_name: container },
  });

const lost = "[hevc @ 0x1] [error] Could not find ref with POC 4";
const damage = "[h264 @ 0x1] [error] error while decoding MB 4 1, bytestream 32773";

describe("worker: ffmpeg's log of a decoding", () => {
  /** A full log: numbers are frames, of 40 ms each, of which every tenth is a keyframe; texts are other lines. */
  function complaints(
    container: string,
    codec: string,
    shown: number,
    lines: readonly (number | string)[],
    waitsForKeyframe = true,
  ): number {
    const log = new DecodeLog(trackOf(container, codec), true, waitsForKeyframe);
    log.onLine("[h264 @ 0x1] [error] said of the file's beginning");
    log.onLine("[info] Stream mapping:");
    for (const line of lines)
      log.onLine(
        typeof line === "string"
          ? line
          : `[info] decoder -> ist_index:0 type:video frame_pts:${line * 3600} frame_pts_time:x best_effort_ts:0 ` +
              `keyframe:${line % 10 === 0 ? 1 : 0} frame_type:2 time_base:1/90000`,
      );
    return log.complaintsUntil(shown * 40_000);
  }
  const frames = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i);

  it("is about the frame shown when it comes after the last keyframe before it", () => {
    assert.equal(complaints("mov", "h264", 8, [...frames(0, 3), damage, ...frames(4, 9)]), 1);
    assert.equal(complaints("mov", "h264", 8, [damage, ...frames(0, 9)]), 1);
  });

  it("is not about it when it comes later, or before a keyframe", () => {
    assert.equal(complaints("mov", "h264", 8, [...frames(0, 8), damage, 9]), 0);
    assert.equal(complaints("mov", "h264", 18, [...frames(0, 3), damage, ...frames(4, 19)]), 0);
  });

  it("is about it when it comes so short before a keyframe that it may be of that one", () => {
    assert.equal(complaints("mov", "h264", 18, [...frames(0, 8), damage, ...frames(9, 19)]), 1);
  });

  it("is no complaint where a seek in MPEG-TS begins inside a group of pictures", () => {
    const begun = [...frames(7, 8), lost, ...frames(9, 19)];
    assert.equal(complaints("mpegts", "hevc", 18, begun), 0);
    assert.equal(complaints("mov", "hevc", 18, begun), 1);
    assert.equal(complaints("mpegts", "hevc", 9, [lost, ...frames(7, 9)], false), 1);
    assert.equal(complaints("mpegts", "hevc", 18, [...frames(10, 14), lost, ...frames(15, 19)]), 1);
  });

  it("of ffmpeg 7 says the same", () => {
    const log = new DecodeLog(trackOf("mov", "h264"), true, false);
    for (const line of ["[info] Stream mapping:", ...frames(0, 3), damage, ...frames(4, 6)])
      log.onLine(
        typeof line === "string"
          ? line
          : `[vist#0:0/h264 @ 0x1] [dec:h264 @ 0x2] [info] decoder -> pts:${line * 512} pts_time:x pkt_dts:1 ` +
              `pkt_dts_time:x duration:512 duration_time:0.04 keyframe:${line === 0 ? 1 : 0} frame_type:1 time_base:1/12800`,
      );
    assert.deepEqual([log.complaintsUntil(2 * 40_000), log.complaintsUntil(5 * 40_000)], [0, 1]);
  });

  it("has complaints of the decoder's, and of ffmpeg's about its frames and packets", () => {
    const kind = (line: string) => complaintOf(line, { codec: "av1", streamIndex: 2 });
    assert.equal(kind("[libdav1d @ 0x1] [error] Error parsing OBU data"), "damage");
    assert.equal(kind("[vist#0:2/av1 @ 0x1] [dec:libdav1d @ 0x2] [warning] corrupt decoded frame"), "damage");
    assert.equal(kind("[mpegts @ 0x1] [warning] Packet corrupt (stream = 2, dts = 5)."), "damage");
    assert.equal(kind("[error] Error while decoding stream #0:2: Invalid data found"), "missing");
    for (const line of [
      "[mpegts @ 0x1] [warning] Packet corrupt (stream = 1, dts = 5).",
      "[swscaler @ 0x1] [warning] deprecated pixel format used, make sure you did set range correctly",
      "[null @ 0x1] [error] Application provided invalid, non monotonically increasing dts to muxer in stream 0: 1 >= 1",
      "[http @ 0x1] [error] Stream ends prematurely at 1, should be 2",
      "[av1 @ 0x1] [warning] Late SEI is not implemented",
      "[aac @ 0x1] [error] channel element 0.0 is not allocated",
    ])
      assert.equal(kind(line), undefined, line);
  });
});
