import type { CachedVideo } from "../../source/cachedVideo";
import type { VideoTrack } from "../../video/videoTrack";
import { frameCheck } from "../frameCheck";
import { sequenceStart } from "../sequenceStart";
import type { KeyframeIndex } from "../keyframes";
import { maxKeyframes } from "../keyframes";
import type { Cue } from "./cluster";
import { readBlock } from "./cluster";
import { childContent, element, elementOfUnknownSize, elementsIn, unsigned, unsignedContent } from "./ebml";
import { ids } from "./ids";
import { readSegment } from "./segment";

/** RFC 9559, 5.1.2.9: nanoseconds to a tick. */
const usualTimestampScale = 1_000_000;

/** Video, audio, complex, subtitle and metadata tracks, of which ffmpeg makes streams. */
const streamTypes = [1, 2, 3, 0x11, 0x21];

/**
 * Reads the Cues of a Matroska or WebM file. Undefined when it has none for the track; throws BrokenIndexError for those
 * that are not understood.
 */
export async function readCues(
  video: CachedVideo,
  track: VideoTrack,
  signal: AbortSignal,
): Promise<KeyframeIndex | undefined> {
  const segment = await readSegment(video, signal);
  if (segment === undefined) return undefined;
  const entry = trackEntry(segment.tracks, track.streamIndex);
  if (entry === undefined) return undefined;
  const number = unsigned(childContent(entry, ids.TrackNumber) ?? Buffer.alloc(0));
  const scale = childContent(segment.info, ids.TimestampScale);
  const tickSeconds = (scale === undefined ? usualTimestampScale : unsigned(scale)) / 1e9;
  const beginning = Buffer.concat([
    segment.documentHeader,
    elementOfUnknownSize(ids.Segment),
    element(ids.Info, element(ids.TimestampScale, unsignedContent(usualTimestampScale))),
    element(ids.Tracks, element(ids.TrackEntry, entry)),
  ]);
  // Parts that all frames have alike may be left out of them.
  const isWhole = childContent(entry, ids.ContentEncodings) === undefined;
  const configuration = childContent(entry, ids.CodecPrivate) ?? Buffer.alloc(0);
  const check = frameCheck(track.codec, configuration);
  const beginSequence = sequenceStart(track.codec, configuration);
  const partOf = (cue: Cue) => async (seconds: number, aborted: AbortSignal) => {
    const block = await readBlock(video, cue, number, aborted);
    if (block === undefined || (isWhole && !check(block.frame))) return undefined;
    if (isWhole) beginSequence(block.frame);
    const timestamp = element(ids.Timestamp, unsignedContent(seconds * 1000));
    return element(ids.Cluster, timestamp, block.atClustersTime);
  };
  const keyframes = cuesOf(segment.cues, number)
    .map((cue) => ({ ...cue, position: segment.start + cue.position }))
    .filter(({ position }) => position < video.totalBytes)
    .map((cue) => ({ timeSeconds: cue.ticks * tickSeconds, bytes: undefined, partShownAt: partOf(cue) }))
    .sort((a, b) => a.timeSeconds - b.timeSeconds);
  return { keyframes, beginning };
}

/** The content of the entry of the track that is ffmpeg's stream of that index, if it is a video track. */
function trackEntry(tracks: Buffer, streamIndex: number): Buffer | undefined {
  const streams: Buffer[] = [];
  for (const { id, contentStart, end } of elementsIn(tracks)) {
    const entry = tracks.subarray(contentStart, end);
    if (id === ids.TrackEntry && streamTypes.includes(typeOf(entry))) streams.push(entry);
  }
  const entry = streams[streamIndex];
  return entry !== undefined && typeOf(entry) === 1 ? entry : undefined;
}

function typeOf(entry: Buffer): number {
  return unsigned(childContent(entry, ids.TrackType) ?? Buffer.alloc(0));
}

/** The Cues of a track, of at most {@link maxKeyframes} points evenly taken; their positions count in the segment. */
function cuesOf(cues: Buffer, trackNumber: number): Cue[] {
  // Twice, since a million of them as objects would be more than the worker has memory for.
  let count = 0;
  for (const { id } of elementsIn(cues)) if (id === ids.CuePoint) count++;
  const step = Math.max(1, count / maxKeyframes);
  const found: Cue[] = [];
  let [point, next] = [0, 0];
  for (const { id, contentStart, end } of elementsIn(cues)) {
    if (id !== ids.CuePoint || point++ < Math.floor(next)) continue;
    next += step;
    const cue = cueOf(cues.subarray(contentStart, end), trackNumber);
    if (cue !== undefined) found.push(cue);
  }
  return found;
}

function cueOf(point: Buffer, trackNumber: number): Cue | undefined {
  const ticks = unsigned(childContent(point, ids.CueTime) ?? Buffer.alloc(0));
  for (const { id, contentStart, end } of elementsIn(point)) {
    if (id !== ids.CueTrackPositions) continue;
    const place = point.subarray(contentStart, end);
    const value = (childId: number) => {
      const content = childContent(place, childId);
      return content === undefined ? undefined : unsigned(content);
    };
    const position = value(ids.CueClusterPosition);
    if (value(ids.CueTrack) === trackNumber && position !== undefined)
      return { ticks, position, relativePosition: value(ids.CueRelativePosition) };
  }
  return undefined;
}
