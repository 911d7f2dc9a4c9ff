import assert from "node:assert/strict";
import { frameOf } from "../../testkit/frameOf";
import { findChromium, howToGetChromium } from "../../testkit/browser/chromium";
import { VideoPage } from "../../testkit/browser/videoPage";
import { VideoFolder } from "../../testkit/videoFolder";
import { flatVideo } from "../worker/picture/flatVideos";
import type { BrowserCase } from "./browserCase";
import { patches } from "./browserCase";
import { hdrCases } from "./hdrCases";
import { sdrCases } from "./sdrCases";
import { shapeCases } from "./shapeCases";
import { BrowserTable } from "./browserTable";

const cases = [...sdrCases, ...shapeCases, ...hdrCases];
/** Where a channel may be off for rounding alone. */
const usualWithin = 3;

const title = "browser: the picture is that of a paused player";
if (process.env["TEST_BROWSER"] === undefined) it.skip(`${title} (run by npm run test:browser)`);
else if (findChromium() === undefined) it.skip(`${title}: ${howToGetChromium}`);
else describe(title, holdAgainstBrowser);

function holdAgainstBrowser(this: Mocha.Suite): void {
  this.timeout(60_000);
  let page: VideoPage;
  let folder: VideoFolder;
  const table = new BrowserTable();
  before(async () => {
    page = await VideoPage.open();
    folder = await VideoFolder.create();
  });
  after(async () => {
    await page.close();
    await folder.remove();
    console.log(`\nChromium ${page.version}\n${table.toString()}`);
  });

  for (const [index, one] of cases.entries()) {
    const isNot = one.exception === undefined ? "" : " is not";
    it(`${one.group}: ${one.name}${isNot}`, async function () {
      const content = await made(one, `${index}.${one.extension}`);
      const grid = one.onSide ? { columns: patches.rows, rows: patches.columns } : gridOf(one);
      const expected = await page.frame(content, 0.04, grid);
      if (expected === undefined) {
        table.addNotPlayed(one);
        this.skip();
      }
      const frame = await frameOf(content, { at: "0.04", widthPixels: 0 });
      const actual = await page.picture(frame.image, grid);
      assert.ok(actual !== undefined, "the browser does not show the worker's picture");
      assert.deepEqual([actual.width, actual.height], [expected.width, expected.height], "size");
      const differences = table.add(one, actual.cells, expected.cells);
      const within = one.within ?? usualWithin;
      const words = `${JSON.stringify(actual.cells)} instead of ${JSON.stringify(expected.cells)}`;
      if (one.exception === undefined) assert.ok(Math.max(...differences) <= within, words);
      else
        assert.ok(
          Math.max(...differences) > within,
          `it is the browser's now, and no exception: ${one.name}`,
        );
      if (one.group.startsWith("HDR")) assertGraysAreGray(actual.cells, expected.cells);
    });
  }

  async function made(one: BrowserCase, name: string): Promise<Buffer> {
    await flatVideo(folder.file(name), one.video);
    const content = await folder.read(name);
    return one.change?.(content) ?? content;
  }
}

function gridOf({ video }: BrowserCase): { columns: number; rows: number } {
  const rows = video.rows ?? 1;
  return { rows, columns: (video.colors?.length ?? 0) / rows };
}

/** Where the browser's patch is gray, so is ours: no channel is more than 2 apart from another. */
function assertGraysAreGray(
  actual: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
): void {
  const spread = (color: readonly number[]) => Math.max(...color) - Math.min(...color);
  const grays = actual.filter((_, index) => spread(expected[index] ?? []) <= 2);
  assert.ok(grays.length > 0);
  assert.ok(Math.max(...grays.map(spread)) <= 2, `not gray: ${JSON.stringify(grays)}`);
}
