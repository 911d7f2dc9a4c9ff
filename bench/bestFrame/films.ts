import type { Film, Label, Shot } from "./film";
import { dissolve, wandering } from "./film";
import { Random } from "../../local/faults/random";
import type { Still } from "./still";
import { blend, blurred, countdownNumber, framed, levels, plain, textOn } from "./still";
import { size } from "./film";

const { width, height } = size;
const black = plain(width, height, [0, 0, 0]);
const white = plain(width, height, [255, 255, 255]);

/** The films of a seed: one of each kind. */
export function filmsOf(seed: number): Film[] {
  return Object.entries(kinds).map(([kind, shotsOf], i) => {
    const random = new Random(seed, kind);
    const maker = new Maker(seed * 100_000 + i * 100, random);
    const shots = shotsOf(maker);
    return {
      name: `${kind}, ${seed}`,
      kind,
      shots,
      keyframeSeconds: maker.oneOf([1, 2, 2, 5]),
      extension: maker.oneOf(["mp4", "mp4", "mp4", "mkv", "mkv", "ts"] as const),
    };
  });
}

type View = (part: number) => Still;

class Maker {
  private scenes = 0;

  constructor(
    private readonly seed: number,
    private readonly random: Random,
  ) {}

  seconds(low: number, high: number): number {
    return Math.round((low + this.random.next() * (high - low)) * 10) / 10;
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.random.next() * choices.length)] as T;
  }

  view(): View {
    return wandering(this.seed + this.scenes++);
  }

  /** A scene, changed in some way. */
  scene(seconds = this.seconds(4, 9), label: Label = "good", change = (still: Still) => still): Shot {
    const view = this.view();
    return { seconds, label, frame: (part) => change(view(part)) };
  }

  several(count: number): Shot[] {
    return Array.from({ length: count }, () => this.scene());
  }

  card(
    seconds: number,
    ground: readonly [number, number, number],
    ink: readonly [number, number, number],
    lines: number,
  ): Shot {
    const still = textOn(this.seed + this.scenes++, width, height, ground, ink, lines);
    return held(seconds, "text", still);
  }

  /** A fade of a scene from a colour, or to it. */
  fade(seconds: number, from: Still, isOut = false): Shot {
    const view = this.view();
    const label = from === black ? "black" : "white";
    const visible = (part: number) => (isOut ? 1 - part : part);
    return {
      seconds,
      frame: (part) => blend(from, view(part), visible(part)),
      label: (part) => (visible(part) > 0.85 ? "good" : visible(part) < 0.05 ? label : "transition"),
    };
  }
}

function held(seconds: number, label: Label, still: Still): Shot {
  return { seconds, label, frame: () => still };
}

const kinds: Readonly<Record<string, (make: Maker) => Shot[]>> = {
  "fade in from black": (make) => [
    held(make.seconds(0.5, 2), "black", black),
    make.fade(make.seconds(2, 5), black),
    ...make.several(3),
  ],
  "fade in from white": (make) => [
    held(make.seconds(0.5, 2), "white", white),
    make.fade(make.seconds(2, 5), white),
    ...make.several(3),
  ],
  "long black beginning": (make) => [held(make.seconds(8, 25), "black", black), ...make.several(2)],
  "long white beginning": (make) => [held(make.seconds(8, 25), "white", white), ...make.several(2)],
  "title on black": (make) => [
    make.card(make.seconds(4, 10), [0, 0, 0], [240, 240, 240], 1),
    ...make.several(2),
    make.card(make.seconds(3, 8), [0, 0, 0], [240, 240, 240], 2),
  ],
  "title on a colour": (make) => [
    make.card(make.seconds(4, 10), [30, 60, 140], [250, 230, 60], 2),
    ...make.several(2),
  ],
  countdown: (make) => [
    ...[1, 2, 3, 4, 5].map((number) => held(1.5, "text" as const, countdownNumber(number, width, height))),
    ...make.several(2),
  ],
  "out of focus": (make) => [
    make.scene(make.seconds(6, 12), "blurred", (still) => blurred(still, 4)),
    make.scene(),
    make.scene(make.seconds(3, 6), "blurred", (still) => blurred(still, 6)),
    make.scene(),
  ],
  letterbox: (make) => {
    const wide = (still: Still) => framed(still, 1, 0.74);
    const shots = [1, 2, 3].map(() => make.scene(make.seconds(3, 8), "good", wide));
    return [held(make.seconds(2, 5), "black", black), ...shots];
  },
  "small pictures": (make) => [
    make.scene(make.seconds(6, 12), "bars", (still) => framed(still, 0.5, 0.6)),
    ...make.several(2),
    make.scene(make.seconds(4, 8), "bars", (still) => framed(still, 0.3, 1)),
  ],
  dissolves: (make) => {
    const views = [1, 2, 3, 4].map(() => make.view());
    return views.flatMap((view, i) => {
      const next = views[i + 1];
      const shot: Shot = { seconds: make.seconds(2, 4), label: "good", frame: view };
      return next === undefined ? [shot] : [shot, dissolve(make.seconds(1.5, 4), view, next)];
    });
  },
  "fades through black": (make) =>
    [1, 2, 3, 4].flatMap(() => {
      const [seconds, view] = [make.seconds(2, 4), make.view()];
      const [into, out] = [
        make.fade(make.seconds(1, 2.5), black),
        make.fade(make.seconds(1, 2.5), black, true),
      ];
      return [into, { seconds, label: "good" as const, frame: view }, out];
    }),
  "slides between scenes": (make) =>
    [1, 2, 3].flatMap(() => [
      make.card(make.seconds(4, 8), [245, 245, 240], [30, 30, 40], 5),
      make.scene(make.seconds(3, 6)),
    ]),
  "dark film": (make) => {
    const night = (still: Still) => levels(still, (level) => level * 0.22);
    const shots = [1, 2, 3].map(() => make.scene(make.seconds(4, 8), "good", night));
    return [held(make.seconds(2, 6), "black", black), ...shots];
  },
  "one frame": (make) => [make.scene(1 / 10)],
  "two seconds": (make) => [make.fade(0.75, black), make.scene(1.25)],
  "long credits": (make) => [
    ...make.several(2),
    make.card(make.seconds(20, 35), [0, 0, 0], [220, 220, 220], 6),
  ],
  overexposed: (make) => [
    make.scene(make.seconds(6, 10), "exposure", (still) => levels(still, (level) => 205 + level * 0.5)),
    ...make.several(2),
    held(make.seconds(1, 3), "flat", plain(width, height, [90, 120, 90])),
  ],
  "flat colours": (make) => [
    held(make.seconds(3, 6), "flat", plain(width, height, [200, 30, 40])),
    make.scene(),
    held(make.seconds(3, 6), "flat", plain(width, height, [30, 80, 160])),
    make.scene(),
  ],
};
