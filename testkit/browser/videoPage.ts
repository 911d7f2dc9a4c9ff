import { readFileSync } from "node:fs";
import type { RequestListener, Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "./chromium";

/** What a browser shows. */
export interface Shown {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** The colours (R, G and B, 0 to 255) in the middle of each cell of the grid that was asked for, row by row. */
  readonly cells: readonly (readonly number[])[];
  /** All of it. */
  readonly png: Buffer;
}

export interface Grid {
  readonly columns: number;
  readonly rows: number;
}

const oneCell: Grid = { columns: 1, rows: 1 };
const pageHtml = `<!doctype html><meta charset="utf-8"><title>Videos</title><script type="module" src="/show.mjs"></script>`;

/** A page of a browser's, served on loopback, that shows videos and pictures on black, and what their pixels are. */
export class VideoPage {
  private readonly files = new Map<string, Buffer>();
  private count = 0;

  private constructor(
    private readonly browser: Browser,
    private readonly server: Server,
    private readonly page: Page,
  ) {}

  /** Whoever opens it closes it. Throws an Error where there is no browser. */
  static async open(): Promise<VideoPage> {
    const browser = await launchChromium();
    const server = createServer();
    try {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const videoPage = new VideoPage(browser, server, await browser.newPage());
      await videoPage.load();
      return videoPage;
    } catch (error) {
      await browser.close();
      server.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.closeAllConnections();
    this.server.close();
  }

  /** The browser's, such as `140.0.7339.127`. */
  get version(): string {
    return this.browser.version();
  }

  /** The frame of a video that is paused at `seconds`; undefined when this browser does not play it. */
  frame(video: Buffer, seconds: number, grid: Grid = oneCell): Promise<Shown | undefined> {
    return this.show("video", video, seconds, grid);
  }

  /** Undefined when this browser does not show it. */
  picture(image: Buffer, grid: Grid = oneCell): Promise<Shown | undefined> {
    return this.show("img", image, 0, grid);
  }

  private async show(
    tag: "video" | "img",
    content: Buffer,
    seconds: number,
    grid: Grid,
  ): Promise<Shown | undefined> {
    // Another name each time: browsers keep what they have loaded.
    const url = `/${++this.count}`;
    this.files.set(url, content);
    try {
      const wanted = { tag, url, seconds, ...grid };
      const call = `show(${JSON.stringify(wanted)})`;
      const shown = await this.page.evaluate<{
        width: number;
        height: number;
        cells: number[][];
        png: string;
      } | null>(call);
      return shown === null ? undefined : { ...shown, png: Buffer.from(shown.png, "base64") };
    } finally {
      this.files.delete(url);
    }
  }

  private async load(): Promise<void> {
    this.files.set("/", Buffer.from(pageHtml));
    this.files.set("/show.mjs", readFileSync(path.join(__dirname, "show.mjs")));
    this.server.on("request", serve(this.files));
    await this.page.goto(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`);
    await this.page.waitForFunction("'show' in window");
  }
}

/** Serves what there is at the time, whole or the range that is asked for. */
function serve(files: ReadonlyMap<string, Buffer>): RequestListener {
  return ({ url = "", headers }, response) => {
    const content = files.get(url);
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    const [, from, to = ""] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? "") ?? [];
    const start = Number(from ?? 0);
    const end = to === "" ? content.length : Math.min(content.length, Number(to) + 1);
    response.writeHead(from === undefined ? 200 : 206, {
      // Videos and pictures are known by their content.
      "content-type":
        url === "/" ? "text/html" : url.endsWith(".mjs") ? "text/javascript" : "application/octet-stream",
      "accept-ranges": "bytes",
      "content-length": end - start,
      ...(from === undefined ? {} : { "content-range": `bytes ${start}-${end - 1}/${content.length}` }),
    });
    response.end(content.subarray(start, end));
  };
}
