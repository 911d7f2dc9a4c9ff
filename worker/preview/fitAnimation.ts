import type { Allowance } from "../child/allowance";
import { encodePixels } from "../picture/encodePixels";
import type { RgbPicture } from "../sampling/portablePixmaps";

/** An animated WebP. */
export interface Animation {
  readonly content: Buffer;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** How an animation is made smaller: in quality first, then in size, and at last in frames. */
export interface Reduction {
  readonly quality: number;
  /** Of the pictures' sides. */
  readonly scale: number;
  /** Of so many pictures one is shown. */
  readonly oneOf: number;
}

export const reductions: readonly Reduction[] = [
  { quality: 75, scale: 1, oneOf: 1 },
  { quality: 60, scale: 1, oneOf: 1 },
  { quality: 45, scale: 1, oneOf: 1 },
  { quality: 30, scale: 1, oneOf: 1 },
  { quality: 30, scale: 0.75, oneOf: 1 },
  { quality: 30, scale: 0.5, oneOf: 1 },
  { quality: 30, scale: 0.5, oneOf: 2 },
  { quality: 30, scale: 0.5, oneOf: 5 },
  { quality: 20, scale: 0.25, oneOf: 5 },
  { quality: 10, scale: 0.125, oneOf: 5 },
];

/**
 * Encodes pictures, all of one size, as an animation of at most `maxBytes`: the first of the reductions with which it fits,
 * or else the last one. Throws what encodePixels throws.
 */
export async function fitAnimation(
  pictures: readonly RgbPicture[],
  framesPerSecond: number,
  maxBytes: number,
  allowance: Allowance,
  signal: AbortSignal,
): Promise<Animation> {
  const encode = (reduction: Reduction) => animate(pictures, framesPerSecond, reduction, allowance, signal);
  const animation = await firstThatFits(reductions, encode, ({ content }) => content.length <= maxBytes);
  if (animation === undefined) throw new Error("there is no reduction to make an animation with");
  return animation;
}

/** Each reduction gives less than the one before, so that few are tried: mostly the first alone, else by halves. */
async function firstThatFits<R, A>(
  steps: readonly R[],
  make: (step: R) => Promise<A>,
  fits: (made: A) => boolean,
): Promise<A | undefined> {
  let found: A | undefined;
  let [low, high, next] = [0, steps.length - 1, 0];
  while (low <= high) {
    const step = steps[next];
    if (step === undefined) break;
    const made = await make(step);
    if (fits(made) || next === steps.length - 1) [found, high] = [made, next - 1];
    else low = next + 1;
    next = (low + high) >> 1;
  }
  return found;
}

async function animate(
  pictures: readonly RgbPicture[],
  framesPerSecond: number,
  { quality, scale, oneOf }: Reduction,
  allowance: Allowance,
  signal: AbortSignal,
): Promise<Animation> {
  const [first] = pictures;
  if (first === undefined) throw new Error("an animation of no pictures");
  const size = {
    width: Math.max(1, Math.round(first.width * scale)),
    height: Math.max(1, Math.round(first.height * scale)),
  };
  const frames = pictures.filter((_, i) => i % oneOf === 0).map(({ rgb }) => rgb);
  const encoding = {
    format: "animated-webp",
    framesPerSecond: framesPerSecond / oneOf,
    quality,
    size,
  } as const;
  const { width, height } = first;
  return { content: await encodePixels({ width, height, frames }, encoding, allowance, signal), ...size };
}
