import { memorySource } from "../../../testkit/frameOf";
import { Allowance } from "../../../worker/child/allowance";
import type { Complaint } from "../../../worker/picture/complaints";
import { readKeyframeIndex } from "../../../worker/sampling/keyframeIndex";
import type { Keyframe } from "../../../worker/sampling/keyframes";
import type { SampledFile } from "../../../worker/sampling/sampleFrames";
import type { Sample, SamplingTools } from "../../../worker/sampling/sampleKeyframes";
import { sampleKeyframes } from "../../../worker/sampling/sampleKeyframes";
import { CachedVideo } from "../../../worker/source/cachedVideo";
import type { RangedSource } from "../../../worker/source/rangedSource";
import { LoopbackServer } from "../../../worker/source/loopbackServer";
import { VideoView } from "../../../worker/source/videoView";
import { probe } from "../../../worker/video/probe";
import type { VideoTrack } from "../../../worker/video/videoTrack";

export const never = new AbortController().signal;
export const bounds = { width: 160, height: 160 };

export interface OpenVideo {
  readonly tools: SamplingTools;
  readonly file: SampledFile;
  readonly track: VideoTrack;
}

/** Opens a video and probes it, as the worker does before it samples it. */
export async function withVideo<T>(
  content: Buffer | RangedSource,
  use: (opened: OpenVideo) => Promise<T>,
): Promise<T> {
  const loopback = await LoopbackServer.start();
  try {
    const allowance = new Allowance();
    const source = Buffer.isBuffer(content) ? memorySource(content) : content;
    const video = await CachedVideo.open(source, never);
    const view = await VideoView.open(video, never);
    const aim = view.aim.bind(view);
    const track = await loopback.serving(view, (url) =>
      probe({ url, allowance, aim, decoded: () => undefined }, never),
    );
    const result = await use({
      tools: { loopback, allowance },
      file: { video, view, track, bounds, maxBytes: Infinity },
      track,
    });
    video.close();
    return result;
  } finally {
    loopback.stop();
  }
}

/** What an index gives: the times that it tells, and a sample of each of those keyframes. */
export interface Sampled {
  readonly times: readonly number[];
  readonly samples: readonly Sample[];
  readonly complaints: ReadonlySet<Complaint>;
  /** Read for them alone. */
  readonly bytesRead: number;
  readonly requests: number;
}

/** Samples a video by its index; undefined when it has none that is understood. */
export function sampled(
  content: Buffer,
  choose: (keyframes: readonly Keyframe[]) => readonly Keyframe[] = (all) => all,
): Promise<Sampled | undefined> {
  return withVideo(content, async ({ tools, file: { video }, track }) => {
    const index = await readKeyframeIndex(video, track, never);
    if (index === undefined) return undefined;
    const [bytesBefore, requestsBefore] = [video.bytesRead, video.requests];
    const samples: Sample[] = [];
    const choice = { track, index, chosen: choose(index.keyframes), bounds, maxBytes: Infinity };
    const complaints = await sampleKeyframes(tools, choice, (sample) => samples.push(sample), never);
    return {
      times: index.keyframes.map(({ timeSeconds }) => timeSeconds),
      samples,
      complaints,
      bytesRead: video.bytesRead - bytesBefore,
      requests: video.requests - requestsBefore,
    };
  });
}

/** The number that a sample of a numbered video shows (`numberedVideo`). */
export function numberIn({ width, height, rgb }: Sample): number {
  let number = 0;
  for (let bit = 0; bit < 10; bit++) {
    const x = Math.floor(((bit + 0.5) * width) / 10);
    const green = rgb[(Math.floor(height / 2) * width + x) * 3 + 1] ?? 0;
    number = number * 2 + (green > 127 ? 1 : 0);
  }
  return number;
}
