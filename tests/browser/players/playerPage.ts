import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { frameNumber } from "../../worker/videos";

/** A player of examples/player: the frame of the page that it is in, and where it has its time bar and shows a tile. */
export interface Player {
  readonly name: string;
  readonly frame: string;
  /** What is as wide as the video is long. */
  readonly bar: string;
  readonly tile: string;
}

const vidstack = { bar: ".vds-time-slider .vds-slider-track >> nth=0", tile: ".vds-slider-thumbnail" };
export const players: readonly Player[] = [
  {
    name: "Media Chrome, by WebVTT",
    frame: "#media-chrome",
    bar: "media-time-range #track",
    tile: "media-preview-thumbnail",
  },
  { name: "Vidstack, by WebVTT", frame: "#vidstack-vtt", ...vidstack },
  { name: "Vidstack, by JSON", frame: "#vidstack-json", ...vidstack },
  {
    name: "Video.js, by JSON",
    frame: "#videojs",
    bar: ".vjs-progress-holder",
    tile: ".vjs-mouse-display .vjs-time-tooltip",
  },
];

/** How long a tile may take to be shown. */
const patienceMs = 10_000;

/** The page of examples/player, opened in a browser. */
export class PlayerPage {
  private constructor(
    private readonly page: Page,
    /** What went wrong in it, and what it asked of other hosts. */
    readonly complaints: readonly string[],
  ) {}

  static async open(browser: Browser, address: string): Promise<PlayerPage> {
    const page = await browser.newPage({ viewport: { width: 1000, height: 2400 } });
    const complaints: string[] = [];
    const { origin } = new URL(address);
    await page.route(
      (url) => /^(?:http|ws)/.test(url.protocol) && url.origin !== origin,
      (route) => {
        complaints.push(`${route.request().url()} is asked for`);
        return route.abort();
      },
    );
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    await page.goto(address);
    return new PlayerPage(page, complaints);
  }

  close(): Promise<void> {
    return this.page.close();
  }

  /**
   * Points at a part (0 to 1) of a player's time bar, and gives the number of the frame that the player shows there then:
   * the one that is expected, or another one that is still shown when patience is over.
   */
  async numberShown(player: Player, part: number, expected: number): Promise<number | undefined> {
    const bar = await this.place(player, player.bar);
    const y = bar.y + bar.height / 2;
    const deadline = Date.now() + patienceMs;
    for (let turn = 0; ; turn++) {
      // A hand is never quite still: Media Chrome places a tile at the first movement after its sheet has come.
      await this.page.mouse.move(bar.x + part * bar.width + (turn % 2) / 4, y);
      const tile = await this.page.frameLocator(player.frame).locator(player.tile).boundingBox();
      const clip = tile === null || tile.width < 20 ? undefined : within(tile);
      const number = clip && (await frameNumber(await this.page.screenshot({ clip })));
      if (number === expected || Date.now() > deadline) return number;
      await wait(50);
    }
  }

  private async place(player: Player, selector: string): Promise<Box> {
    const locator = this.page.frameLocator(player.frame).locator(selector);
    await locator.waitFor({ timeout: patienceMs });
    const place = await locator.boundingBox();
    assert.ok(place !== null && place.width > 100, `${player.name} has a time bar`);
    return place;
  }
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A strip of a tile that is free of its border, and of the time that Video.js writes into its upper part. */
function within({ x, y, width, height }: Box): Box {
  return { x: x + 1, y: y + height * 0.6, width: width - 2, height: height * 0.3 };
}
