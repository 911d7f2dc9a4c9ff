/**
 * What a line of ffmpeg's log says of the decoding of a video:
 * - `damage`: a frame is not as it was encoded;
 * - `missing`: a frame refers to something that the decoder has not seen. That is damage too, unless the decoder was
 *   begun in the middle of a group of pictures, which a container without an index makes of a seek.
 */
export type Complaint = "damage" | "missing";

/** Said of frames that begin without the ones before them, also by decoders that then show none until a keyframe. */
const missing = new RegExp(
  [
    // HEVC
    "Could not find ref with POC",
    "[VSP]PS (?:id )?(?:\\d+ )?(?:does not exist|out of range)",
    "Error parsing NAL unit",
    "First slice in a frame missing",
    "Skipping invalid undecodable NALU",
    // H.264
    "co located POCs unavailable",
    "Missing reference picture",
    "reference picture missing during reorder",
    "decode_slice_header error",
    "non-existing [SP]PS",
    "no frame!",
    "Frame num (?:gap|change)",
    "illegal short term buffer state",
    // MPEG-4 and its relatives
    "first frame is no keyframe",
    "Context scratch buffers could not be allocated",
    // VP9
    "Not all references are available",
    // Said by ffmpeg itself after each of them.
    "Error while decoding stream",
    "Error submitting packet to decoder",
  ].join("|"),
);

/** Said of healthy videos too, of messages beside the picture, or of references that nothing then uses. */
const harmless =
  /mmco|number of reference frames|\bSEI\b|\bVUI\b|timecode|Discarding|Conversion failed|Increasing reorder/;

/** What ffmpeg itself tells of a frame or a packet, as a warning. */
const flagged =
  /corrupt decoded frame|^Packet corrupt \(stream = (\d+),|corrupt input packet in stream (\d+)/;

/**
 * What a line of ffmpeg's log, each with its level (`-loglevel level+…`), says of the decoding of a track by the codec;
 * undefined when it says nothing of that.
 */
export function complaintOf(
  line: string,
  { codec, streamIndex }: { readonly codec: string; readonly streamIndex: number },
): Complaint | undefined {
  const [, speakers = "", level = "", text = ""] =
    /^((?:\[[^\]]* @ [^\]]*\] )*)\[(\w+)\] (.*)$/.exec(line) ?? [];
  const about = flagged.exec(text);
  if (about !== null)
    return [undefined, String(streamIndex)].includes(about[1] ?? about[2]) ? "damage" : undefined;
  if (level !== "error" && level !== "fatal") return undefined;
  const speaker = [...speakers.matchAll(/\[([^\]]*) @ /g)].at(-1)?.[1] ?? "";
  const isDecoder = speaker === codec || /^dec:|^lib\w*(?:av1d|aom|vpx)/.test(speaker);
  if (!isDecoder && !/^Error while decoding stream/.test(text)) return undefined;
  if (harmless.test(text)) return undefined;
  return missing.test(text) ? "missing" : "damage";
}
