import type { CachedVideo } from "../../source/cachedVideo";
import type { VideoTrack } from "../../video/videoTrack";
import { BrokenIndexError } from "../brokenIndex";
import { frameCheck } from "../frameCheck";
import { sequenceStart } from "../sequenceStart";
import type { Keyframe, KeyframeIndex } from "../keyframes";
import { maxKeyframeBytes, maxKeyframes } from "../keyframes";
import type { Box } from "../../mp4/boxes";
import { BoxReader } from "./boxReader";
import { readEditList } from "./editList";
import { fragment, fragmentedMovie, trackId } from "./fragments";
import type { SamplePlace } from "./sampleTables";
import { presentationTimes, samplePlaces, SampleSizes, syncSamples } from "./sampleTables";

/** A table of four million samples; more are not worth the worker's memory. */
const maxTableBytes = 16 * 1024 * 1024;
const maxHeaderBytes = 1024 * 1024;

/**
 * Reads the index of an MP4 or QuickTime file whose samples are all listed in its `moov` box. Undefined when it is
 * another kind of file; throws BrokenIndexError for an index that is not understood.
 */
export async function readMovie(
  video: CachedVideo,
  track: VideoTrack,
  signal: AbortSignal,
): Promise<KeyframeIndex | undefined> {
  const reader = new BoxReader(video, signal);
  const fileBoxes = await reader.fileBoxes("moov");
  const movie = fileBoxes.find((box) => box.type === "moov");
  if (movie === undefined) return undefined;
  const boxes = await reader.inside(movie);
  // Fragments' samples are listed in the fragments.
  if (boxes.some((box) => box.type === "mvex")) return undefined;
  const trak = boxes.filter((box) => box.type === "trak")[track.streamIndex];
  if (trak === undefined) return undefined;

  const required = async (...path: string[]) => {
    const found = await reader.find(trak, ...path);
    if (found === undefined) throw new BrokenIndexError(`no ${path.join("/")}`);
    return found;
  };
  const tables = await reader.inside(await required("mdia", "minf", "stbl"));
  const table = async (type: string) => {
    const box = tables.find((one) => one.type === type);
    return box === undefined ? undefined : await reader.content(box, maxTableBytes);
  };
  const header = (box: Box) => reader.whole(box, maxHeaderBytes);

  const handler = await header(await required("mdia", "hdlr"));
  if (handler.toString("latin1", 16, 20) !== "vide") return undefined;
  const mediaHeader = await header(await required("mdia", "mdhd"));
  const descriptions = await header(await required("mdia", "minf", "stbl", "stsd"));
  const mvhd = boxes.find((box) => box.type === "mvhd");
  if (mvhd === undefined) throw new BrokenIndexError("no mvhd");
  const movieHeader = await header(mvhd);
  const timeline = await readEditList(reader, trak, timescaleOf(movieHeader), timescaleOf(mediaHeader));

  // One table after the other, so that few are in memory at once.
  const sizes = new SampleSizes(needed("stsz", await table("stsz")));
  const samples = syncSamples(await table("stss"), sizes.count, maxKeyframes);
  if (samples.length === 0) return undefined;
  // Before the first sync sample there may be others; what is shown first is one of the beginning.
  const timed = samples[0] === 1 ? samples : [1, ...samples];
  const times = presentationTimes(needed("stts", await table("stts")), await table("ctts"), timed);
  const shown = timeline.placing(times[0] ?? 0, track.startSeconds);
  const chunkPositions = (await table("stco")) ?? needed("co64", await table("co64"));
  const arePositionsLong = !tables.some((box) => box.type === "stco");
  const stsc = needed("stsc", await table("stsc"));
  const places = samplePlaces(stsc, chunkPositions, arePositionsLong, sizes, samples);

  const fileType = fileBoxes.find((box) => box.type === "ftyp");
  const trackHeader = await header(await required("tkhd"));
  const beginning = fragmentedMovie({
    fileType: fileType === undefined ? undefined : await header(fileType),
    movieHeader,
    trackHeader,
    mediaHeader,
    handler,
    dataInformation: await header(await required("mdia", "minf", "dinf")),
    descriptions,
  });
  const id = trackId(trackHeader);
  const isIntra = frameCheck(track.codec, descriptions);
  const beginSequence = sequenceStart(track.codec, descriptions);
  const partOf = (place: SamplePlace) => async (seconds: number, aborted: AbortSignal) => {
    const range = { start: place.position, end: place.position + place.bytes };
    const frame = await video.readWhole(range, aborted);
    if (!isIntra(frame)) return undefined;
    // The fragment ends with a copy of the frame.
    const part = fragment(frame, seconds, id);
    beginSequence(part.subarray(part.length - frame.length));
    return part;
  };

  const keyframes: Keyframe[] = [];
  for (const [i, place] of places.entries()) {
    const { position, bytes, description } = place;
    const timeSeconds = shown(times[i + timed.length - samples.length] ?? 0);
    const isInFile = bytes > 0 && position + bytes <= video.totalBytes;
    // ffmpeg leaves fragments of another description than the first one alone.
    if (timeSeconds !== undefined && isInFile && bytes <= maxKeyframeBytes && description === 1)
      keyframes.push({ timeSeconds, bytes, partShownAt: partOf(place) });
  }
  keyframes.sort((a, b) => a.timeSeconds - b.timeSeconds);
  return { keyframes, beginning };
}

function needed(type: string, table: Buffer | undefined): Buffer {
  if (table === undefined) throw new BrokenIndexError(`no ${type}`);
  return table;
}

/** Of an `mvhd` or `mdhd` box (8.2.2, 8.4.2), which both have it behind two times. */
function timescaleOf(header: Buffer): number {
  const isLong = header[8] === 1;
  const at = isLong ? 28 : 20;
  if (header.length < at + 4) throw new BrokenIndexError("a header is cut off");
  const timescale = header.readUInt32BE(at);
  if (timescale === 0) throw new BrokenIndexError("a time scale of 0");
  return timescale;
}
