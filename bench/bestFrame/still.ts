import { Random } from "../../local/faults/random";

/** A picture in memory: three numbers from 0 to 255 for each pixel, row by row. */
export interface Still {
  readonly width: number;
  readonly height: number;
  readonly rgb: Float32Array;
}

type Color = readonly [number, number, number];

/** A picture of nothing but one colour. */
export function plain(width: number, height: number, color: Color): Still {
  return painted(width, height, () => color);
}

/**
 * What a camera might see, of a seed's own: sky, hills one behind the other, ground with something standing on it, each
 * with light and texture.
 */
export function scene(seed: number, width: number, height: number): Still {
  const random = numbersOf(seed);
  const between = (low: number, high: number) => low + random() * (high - low);
  const color = (): Color => [between(20, 235), between(20, 235), between(20, 235)];
  const [zenith, horizon, ground] = [color(), color(), color()];
  const horizonAt = between(0.35, 0.65) * height;
  const texture = noise(seed + 1, 6);
  const fine = noise(seed + 2, 1.7);
  const hills = Array.from({ length: 3 }, (_, i) => ({
    line: noise(seed + 10 + i, between(18, 50)),
    height: between(0.1, 0.35) * height,
    color: color(),
  }));
  const things = Array.from({ length: Math.floor(between(3, 9)) }, () => ({
    isRound: random() < 0.5,
    x: between(0, width),
    y: between(0.35, 0.95) * height,
    size: between(0.05, 0.22) * height,
    color: color(),
  }));
  return painted(width, height, (x, y) => {
    const grain = (fine(x, y) - 0.5) * 26;
    let seen = mixed(zenith, horizon, Math.min(1, y / horizonAt));
    seen = shaded(seen, 1 + 0.25 * (texture(x * 0.6, y) - 0.5));
    for (const hill of hills) {
      if (y > horizonAt - hill.height * hill.line(x, 0)) seen = shaded(hill.color, 0.7 + 0.5 * texture(x, y));
    }
    if (y > horizonAt) seen = shaded(ground, 0.5 + 0.8 * texture(x * 1.5, y * 3));
    for (const thing of things) {
      const [dx, dy] = [(x - thing.x) / thing.size, (y - thing.y) / thing.size];
      const isInside = thing.isRound ? dx * dx + dy * dy < 1 : Math.abs(dx) < 0.6 && Math.abs(dy) < 1;
      if (isInside) seen = shaded(thing.color, 1 - 0.4 * dx + 0.2 * texture(x * 3, y * 3));
    }
    return [seen[0] + grain, seen[1] + grain, seen[2] + grain];
  });
}

/** Words in a colour on a ground: some lines of letters that nobody can read. */
export function textOn(
  seed: number,
  width: number,
  height: number,
  ground: Color,
  ink: Color,
  lines: number,
): Still {
  const random = numbersOf(seed);
  const still = plain(width, height, ground);
  const letter = Math.round(height / (lines > 2 ? 26 : 13));
  for (let line = 0; line < lines; line++) {
    const letters = Math.floor((0.3 + 0.5 * random()) * (width / letter));
    const left = Math.round((width - letters * letter) / 2);
    const top = Math.round(height / 2 + (line - lines / 2) * letter * 2);
    for (let i = 0; i < letters; i++) {
      if (random() < 0.15) continue;
      const strokes = Array.from({ length: 9 }, () => random() < 0.55);
      for (let y = 0; y < letter; y++)
        for (let x = 0; x < letter * 0.8; x++) {
          const cell = Math.floor((y / letter) * 3) * 3 + Math.floor((x / letter) * 3);
          if (strokes[cell]) set(still, left + i * letter + x, top + y, ink);
        }
    }
  }
  return still;
}

/** One large figure with rings around it, as before old films. */
export function countdownNumber(seed: number, width: number, height: number): Still {
  const strokes = numbersOf(seed);
  const lit = Array.from({ length: 15 }, () => strokes() < 0.6);
  return painted(width, height, (x, y) => {
    const [dx, dy] = [x - width / 2, y - height / 2];
    const radius = Math.hypot(dx, dy) / height;
    if (Math.abs(radius - 0.4) < 0.008 || Math.abs(radius - 0.35) < 0.008) return [230, 230, 230];
    if (Math.abs(dx) < 1 || Math.abs(dy) < 1) return [40, 40, 40];
    const [column, row] = [Math.floor(dx / (height * 0.08) + 1.5), Math.floor(dy / (height * 0.08) + 2.5)];
    const isLit = column >= 0 && column < 3 && row >= 0 && row < 5 && lit[row * 3 + column];
    return isLit ? [20, 20, 20] : [150, 150, 148];
  });
}

/** What a frame shows of a still, from a place in it that wanders. */
export function cut(still: Still, left: number, top: number, width: number, height: number): Still {
  return painted(width, height, (x, y) => {
    const at = 3 * ((top + y) * still.width + left + x);
    return [still.rgb[at] ?? 0, still.rgb[at + 1] ?? 0, still.rgb[at + 2] ?? 0];
  });
}

/** Changes each number of a picture. */
export function levels(still: Still, change: (level: number) => number): Still {
  return { ...still, rgb: still.rgb.map(change) };
}

/** The one picture shining through the other. */
export function blend(one: Still, other: Still, part: number): Still {
  return { ...one, rgb: one.rgb.map((level, i) => level * (1 - part) + (other.rgb[i] ?? 0) * part) };
}

/** Out of focus: the mean of a square around each pixel, twice. */
export function blurred(still: Still, radius: number): Still {
  const once = (from: Still, step: readonly [number, number]) =>
    painted(from.width, from.height, (x, y) => {
      const sum: [number, number, number] = [0, 0, 0];
      for (let d = -radius; d <= radius; d++) {
        const nearX = Math.min(from.width - 1, Math.max(0, x + d * step[0]));
        const nearY = Math.min(from.height - 1, Math.max(0, y + d * step[1]));
        for (const c of [0, 1, 2] as const) sum[c] += from.rgb[3 * (nearY * from.width + nearX) + c] ?? 0;
      }
      const count = 2 * radius + 1;
      return [sum[0] / count, sum[1] / count, sum[2] / count];
    });
  return [0, 1].reduce((result) => once(once(result, [1, 0]), [0, 1]), still);
}

/** In the middle of black: as large as `share` of the width and the height. */
export function framed(still: Still, across: number, down: number): Still {
  return painted(still.width, still.height, (x, y) => {
    const isIn = Math.abs(x / still.width - 0.5) < across / 2 && Math.abs(y / still.height - 0.5) < down / 2;
    const at = 3 * (y * still.width + x);
    return isIn ? [still.rgb[at] ?? 0, still.rgb[at + 1] ?? 0, still.rgb[at + 2] ?? 0] : [0, 0, 0];
  });
}

function painted(width: number, height: number, colorAt: (x: number, y: number) => Color): Still {
  const still = { width, height, rgb: new Float32Array(width * height * 3) };
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) set(still, x, y, colorAt(x, y));
  return still;
}

function set({ width, height, rgb }: Still, x: number, y: number, color: Color): void {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (column < 0 || column >= width || row < 0 || row >= height) return;
  rgb.set(color, 3 * (row * width + column));
}

function mixed(one: Color, other: Color, part: number): Color {
  const mix = (i: 0 | 1 | 2) => one[i] * (1 - part) + other[i] * part;
  return [mix(0), mix(1), mix(2)];
}

function shaded([red, green, blue]: Color, light: number): Color {
  return [red * light, green * light, blue * light];
}

/** Smooth noise from 0 to 1, whose hills are so many pixels apart. */
function noise(seed: number, apart: number): (x: number, y: number) => number {
  const random = numbersOf(seed);
  const lattice = Array.from({ length: 4096 }, random);
  const at = (x: number, y: number) => lattice[((x & 63) << 6) | (y & 63)] ?? 0;
  const smooth = (part: number) => part * part * (3 - 2 * part);
  return (x, y) => {
    const [u, v] = [x / apart, y / apart];
    const [left, top] = [Math.floor(u), Math.floor(v)];
    const [s, t] = [smooth(u - left), smooth(v - top)];
    const upper = at(left, top) * (1 - s) + at(left + 1, top) * s;
    return upper * (1 - t) + (at(left, top + 1) * (1 - s) + at(left + 1, top + 1) * s) * t;
  };
}

function numbersOf(seed: number): () => number {
  const random = new Random(seed, "film");
  return () => random.next();
}
