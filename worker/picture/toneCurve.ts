/** How ffmpeg's filter `tonemap=mobius` is to make SDR of HDR. Light of 1 is diffuse white. */
export interface ToneCurve {
  /** What light is multiplied with before the filter. */
  readonly gain: number;
  /** Up to this light (after `gain`) it stays as it is, what is above it is compressed. */
  readonly knee: number;
  /** The filter's parameter for the light that becomes 1. */
  readonly peak: number;
}

/** The light of HDR video's diffuse white, in cd/m²: ITU-R BT.2408, 2.2. */
export const whiteNits = 203;
/** HLG's nominal peak (ITU-R BT.2100, table 5), and what most HDR10 video is graded for. */
const usualPeakNits = 1000;

/**
 * The nearest that ffmpeg comes to the curve of browsers, which is that of SMPTE ST 2094-50 for video without a curve
 * of its own: within 2 of 255 for a peak of 1000 cd/m², within 10 for one of 4000.
 */
export function toneCurve(peakNits = usualPeakNits): ToneCurve {
  const peak = Math.min(Math.max(peakNits / whiteNits, 1.01), 10_000 / whiteNits);
  const { gain, shown } = browserCurve(peak);
  // Denser where it is dark, which is where the curve bends.
  const lights = Array.from({ length: 16 }, (_, index) => peak * ((index + 1) / 16) ** 2.5);
  const wanted = lights.map((light) => sRgbLevel(shown(light)));
  let nearest: ToneCurve & { error: number } = { gain, knee: gain, peak: peak * gain, error: Infinity };
  for (let kneePart = 0.3; kneePart <= 1; kneePart += 0.04)
    for (let peakPart = 1; peakPart <= 3; peakPart *= 1.1) {
      const curve = { gain, knee: gain * kneePart, peak: peak * gain * peakPart };
      const map = mobius(curve);
      const error = Math.max(
        ...lights.map((light, index) => Math.abs(sRgbLevel(map(light * gain)) - (wanted[index] ?? 0))),
      );
      if (error < nearest.error) nearest = { ...curve, error };
    }
  return nearest;
}

/**
 * The curve that SMPTE ST 2094-50 derives from the light of the brightest pixel, for a display that goes up to diffuse
 * white (the "reference white tone mapping operator"): diffuse white, and all that is darker, gets `gain`, one half at
 * 1000 cd/m² and above; from there a quadratic Bézier curve leads to 1.
 */
function browserCurve(peak: number): { gain: number; shown: (light: number) => number } {
  const headroom = Math.min(1, Math.log2(peak) / Math.log2(1000 / whiteNits));
  const gain = 1 - headroom / 2;
  const bend = 0.65;
  const [middleLight, middleShown] = [1 - bend + bend / gain, (1 - bend) * gain + bend];
  const shown = (light: number) => {
    if (light <= 1) return gain * light;
    if (light >= peak) return 1;
    const [a, b] = [1 - 2 * middleLight + peak, 2 * (middleLight - 1)];
    const t = (2 * (light - 1)) / (b + Math.sqrt(b * b + 4 * a * (light - 1)));
    return (1 - t) ** 2 * gain + 2 * t * (1 - t) * middleShown + t * t;
  };
  return { gain, shown };
}

/** What ffmpeg's filter does: https://github.com/FFmpeg/FFmpeg/blob/n5.1/libavfilter/vf_tonemap.c. */
function mobius({ knee, peak }: ToneCurve): (light: number) => number {
  const a = (-knee * knee * (peak - 1)) / (knee * knee - 2 * knee + peak);
  const b = (knee * knee - 2 * knee * peak + peak) / Math.max(peak - 1, 1e-6);
  const factor = (b * b + 2 * b * knee + knee * knee) / (b - a);
  return (light) => (light <= knee ? light : (factor * (light + a)) / (light + b));
}

/** IEC 61966-2-1, of light up to 1, times 255. */
function sRgbLevel(light: number): number {
  const limited = Math.min(1, Math.max(0, light));
  return 255 * (limited <= 0.0031308 ? 12.92 * limited : 1.055 * limited ** (1 / 2.4) - 0.055);
}
