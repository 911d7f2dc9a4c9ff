import type { CachedVideo } from "./cachedVideo";
import { freeHeader, maxHeaderBytes, readBox } from "../mp4/boxes";
import { FragmentedFile } from "./mp4/fragmentedFile";
import { bytesOfFrames } from "./mp4/sampleTable";
import type { ByteRange } from "./rangedSource";
import type { ServedBytes } from "./servedBytes";

/** Of a gap, at once. */
const zeros = Buffer.alloc(64 * 1024);

/**
 * A video as ffmpeg is to see it. Of an MP4 whose fragments have no index ffmpeg looks at every one of them; here it
 * sees the first, the last and those around the wanted frame, each where it stands in the file, with gaps between them:
 * boxes that readers skip.
 */
export class VideoView implements ServedBytes {
  private gaps: readonly ByteRange[] = [];
  private index: ByteRange | undefined;

  private constructor(
    private readonly video: CachedVideo,
    private readonly fragmented: FragmentedFile | undefined,
  ) {
    if (fragmented !== undefined) this.showParts([]);
  }

  /** Looks at the beginning, and at no more unless it is a fragmented MP4. Throws what the source throws. */
  static async open(video: CachedVideo, signal: AbortSignal): Promise<VideoView> {
    const beginning = Buffer.concat(await video.read({ start: 0, end: video.totalBytes }, signal));
    const view = new VideoView(video, await FragmentedFile.open(video, beginning, signal));
    for (let at = 0; at < beginning.length;) {
      const bytes = beginning.subarray(at);
      view.noticeIndex(at, bytes);
      at = readBox(bytes.subarray(0, maxHeaderBytes), at, video.totalBytes)?.end ?? Infinity;
    }
    return view;
  }

  get totalBytes(): number {
    return this.video.totalBytes;
  }

  async read(range: ByteRange, signal: AbortSignal): Promise<readonly Buffer[]> {
    const gap = this.gaps.find(({ end }) => end > range.start);
    if (gap !== undefined && gap.start <= range.start) return [inGap(gap, range)];
    const pieces = await this.video.read(
      { start: range.start, end: Math.min(range.end, gap?.start ?? Infinity) },
      signal,
    );
    this.noticeIndex(range.start, pieces[0]);
    return pieces;
  }

  /**
   * Has what ffmpeg will want of a track shown, and expected: from the keyframe before one time to the frame after
   * another, in seconds from the track's first frame. Throws what the source throws.
   */
  async aim(streamIndex: number, fromSeconds: number, toSeconds: number): Promise<void> {
    const from = Math.max(0, fromSeconds);
    const to = Math.max(from, toSeconds);
    if (this.fragmented !== undefined) {
      const isIts = streamIndex === this.fragmented.track.streamIndex;
      const part = isIts ? await this.fragmented.part(from, to) : undefined;
      if (part === undefined) this.gaps = [];
      else this.showParts([part]);
      return;
    }
    const moov = this.index && this.video.cachedBytes(this.index);
    const wanted = moov && bytesOfFrames(moov, streamIndex, from, to);
    if (wanted !== undefined) this.video.expectFrames(wanted);
  }

  /** Whether ffmpeg would look at every fragment of a long file, since what it was aimed at was not found, or is all of it. */
  get showsEveryFragment(): boolean {
    return this.fragmented !== undefined && this.gaps.length === 0;
  }

  /** Notices a `moov`, all of which ffmpeg will read. */
  private noticeIndex(start: number, bytes: Buffer | undefined): void {
    const box = bytes && readBox(bytes.subarray(0, maxHeaderBytes), start, this.totalBytes);
    if (this.index !== undefined || box?.type !== "moov" || box.end > this.totalBytes) return;
    this.index = { start: box.contentStart, end: box.end };
    this.video.expect(this.index);
  }

  /** Shows the beginning, the end and these parts, in their order, of a fragmented file. */
  private showParts(parts: readonly ByteRange[]): void {
    if (this.fragmented === undefined) return;
    const gaps: ByteRange[] = [];
    let shownTo = this.fragmented.headEnd;
    for (const { start, end } of [...parts, { start: this.fragmented.lastStart, end: this.totalBytes }]) {
      if (start - shownTo >= maxHeaderBytes) gaps.push({ start: shownTo, end: start });
      shownTo = Math.max(shownTo, end);
    }
    this.gaps = gaps;
  }
}

/** The bytes of a range in a gap that begins before it, or some of them. */
function inGap(gap: ByteRange, range: ByteRange): Buffer {
  const end = Math.min(gap.end, range.end);
  const headerEnd = gap.start + maxHeaderBytes;
  return range.start < headerEnd
    ? freeHeader(gap.start, gap.end).subarray(range.start - gap.start, end - gap.start)
    : zeros.subarray(0, end - range.start);
}
