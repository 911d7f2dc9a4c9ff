import { parseAskedFor, type ExtrasSettings } from "../contract/extras";
import { seconds } from "./words/durations";

/** From a small amount to a large one. */
export interface Range {
  low: number;
  high: number;
}

/** What jobs take. */
export interface Estimate {
  /** CPU time of workers, seconds. */
  cpuSeconds: Range;
  /** Seconds until all is done, with as many workers of the smallest size as `maxWorkers` is by default. */
  seconds: Range;
  /** US dollars at the prices of us-east-1: Fargate, its addresses, and requests. */
  dollars: Range;
}

/**
 * CPU seconds of one video, as measured (docs/performance.md, docs/costs.md), from the cheapest to the dearest: a thumbnail of
 * 720p at a given time, and of 4K by `auto`; storyboard and preview of eight seconds of 720p, the storyboard of two hours of
 * 1080p, the preview of 4K HEVC with one keyframe; one of four renditions of 320 and 640 pixels. A worker allows more than any
 * of these: a storyboard of a file without an index may take 30.
 */
const cpuSecondsOf = {
  thumbnail: { low: 0.3, high: 2 },
  storyboard: { low: 0.6, high: 3.2 },
  preview: { low: 0.9, high: 14 },
  rendition: { low: 0.01, high: 0.03 },
} satisfies Record<string, Range>;

/** A worker of the smallest size has a quarter of a vCPU, and `maxWorkers` is 10. */
const vcpus = 10 * 0.25;

/**
 * Of November 2026, x86: a vCPU with the 2 GB that four workers of the smallest size have, and their four addresses. Larger
 * workers cost about as much for the same work. https://aws.amazon.com/fargate/pricing/, https://aws.amazon.com/vpc/pricing/
 */
const dollarsPerCpuSecond = (0.04048 + 2 * 0.004445 + 4 * 0.005) / 3600;

/** What S3, SQS, Lambda, SNS and logs take for a thumbnail, and for each file more (a PUT): docs/costs.md. */
const dollarsPerThumbnail = 0.00002;
const dollarsPerFile = 0.000005;

/** What the jobs of so many videos take: each makes all that the settings ask for, whatever the video lacks of it. */
export function estimate(videos: number, askedFor: string, jobsPerSecond: number): Estimate {
  const one = cpuSecondsOfJob(parseAskedFor(askedFor));
  const cpuSeconds = { low: videos * one.low, high: videos * one.high };
  const requests = videos * (dollarsPerThumbnail + filesBesides(parseAskedFor(askedFor)) * dollarsPerFile);
  const of = (figure: (cpuSeconds: number) => number): Range => ({
    low: figure(cpuSeconds.low),
    high: figure(cpuSeconds.high),
  });
  return {
    cpuSeconds,
    seconds: of((cpu) => Math.max(videos / jobsPerSecond, cpu / vcpus)),
    dollars: of((cpu) => cpu * dollarsPerCpuSecond + requests),
  };
}

/**
 * How many jobs a second leave uploads room, where nobody says it: what ten workers of the smallest size get done of videos
 * that are neither small nor large.
 */
export function usualRate(askedFor: string): number {
  if (askedFor === "") return 5;
  const { low, high } = cpuSecondsOfJob(parseAskedFor(askedFor));
  return Number(Math.min(5, vcpus / Math.sqrt(low * high)).toPrecision(1));
}

/** For a person: `about 3 to 40 min and $0.02 to $0.40`. */
export function estimateText({ seconds: time, dollars }: Estimate): string {
  const range = (from: string, to: string) => (from === to ? from : `${from} to ${to}`);
  return `about ${range(seconds(time.low), seconds(time.high))} and ${range(money(dollars.low), money(dollars.high))}`;
}

function money(dollars: number): string {
  if (dollars < 0.01) return "less than $0.01";
  return `$${dollars < 100 ? dollars.toFixed(2) : Math.round(dollars)}`;
}

function cpuSecondsOfJob({ storyboard, preview, renditions }: ExtrasSettings): Range {
  const parts: Range[] = [
    cpuSecondsOf.thumbnail,
    ...(storyboard === undefined ? [] : [cpuSecondsOf.storyboard]),
    ...(preview === undefined ? [] : [cpuSecondsOf.preview]),
    ...renditions.map(() => cpuSecondsOf.rendition),
  ];
  return parts.reduce((sum, { low, high }) => ({ low: sum.low + low, high: sum.high + high }));
}

/** How many files are stored beside a thumbnail; the manifest is stored twice, and read and listed for. */
function filesBesides({ storyboard, preview, renditions }: ExtrasSettings): number {
  const files = (storyboard === undefined ? 0 : 3) + (preview === undefined ? 0 : 1) + renditions.length;
  return files === 0 ? 0 : files + 3;
}
