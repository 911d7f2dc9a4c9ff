import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import type { Browser } from "playwright-core";
import { findChromium, howToGetChromium, launchChromium } from "../../testkit/browser/chromium";
import { VideoFolder } from "../../testkit/videoFolder";
import { ExampleServer } from "./players/exampleServer";
import { PlayerPage, players } from "./players/playerPage";
import type { StoryboardCase } from "./players/storyboardCases";
import { makeCase, storyboardCases, tenTiles } from "./players/storyboardCases";

const title = "browser: players show the storyboard's right tile wherever one points";
if (process.env["TEST_BROWSER"] === undefined) it.skip(`${title} (run by npm run test:browser)`);
else if (findChromium() === undefined) it.skip(`${title}: ${howToGetChromium}`);
else describe(title, pointAtTiles);

function pointAtTiles(this: Mocha.Suite): void {
  this.timeout(180_000);
  let folder: VideoFolder;
  let server: ExampleServer;
  let browser: Browser;
  before(async () => {
    folder = await VideoFolder.create();
    for (const one of storyboardCases) await makeCase(one, folder.file(""));
    server = await ExampleServer.start([folder.file("usual.mp4")], folder.file(""));
    browser = await launchChromium();
  });
  after(async () => {
    await browser.close();
    await server.stop();
    await folder.remove();
  });

  it("the example's server outlives addresses that name nothing", async () => {
    for (const target of ["/constructor/x", "//", "/%", "/videos/%ff", "/outputs/../../package.json"])
      assert.equal(await server.statusOf(target), 404, target);
  });

  for (const one of storyboardCases) {
    describe(one.title, () => {
      let page: PlayerPage;
      before(async () => {
        await checkCase(one, folder);
        page = await PlayerPage.open(browser, addressOf(one, server));
      });
      after(() => page.close());

      for (const player of players)
        it(player.name, async () => {
          for (const { middleSeconds, number } of tenTiles(one)) {
            const shown = await page.numberShown(player, middleSeconds / one.seconds, number);
            assert.equal(shown, number, `the frame that is shown at ${middleSeconds} s`);
          }
        });

      it("the page asks no other host, and nothing fails in it", () => {
        assert.deepEqual(page.complaints, []);
      });
    });
  }
}

/** That a case is what it says, by ffprobe: where the keyframes are, and how many sheets there are. */
async function checkCase(one: StoryboardCase, folder: VideoFolder): Promise<void> {
  const show = ["-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", folder.file(one.key)];
  const packets = execFileSync("ffprobe", ["-v", "error", "-select_streams", "v", ...show])
    .toString()
    .split("\n");
  const keyframes = packets
    .filter((line) => /,K/.test(line))
    .map((line) => Math.round(parseFloat(line) * one.rate));
  const expected = Array.from({ length: keyframes.length }, (_, i) => i * one.keyframeEvery);
  assert.deepEqual(keyframes.slice(0, -1), expected.slice(0, -1));
  const names = await readdir(path.join(folder.file("extras"), one.key));
  assert.equal(names.filter((name) => /-\d+\./.test(name)).length, one.sheets);
  const numbers = tenTiles(one).map(({ number }) => number);
  assert.equal(new Set(numbers).size, numbers.length, "each of the ten tiles shows another frame");
}

/** The page as the server names it, or of a video and a storyboard in folders, with a query as of a signed address. */
function addressOf({ key }: StoryboardCase, { addresses }: ExampleServer): string {
  const printed = addresses.get(key);
  if (printed !== undefined) return printed;
  const inOutputs = (name: string) =>
    `/outputs/${name.split("/").map(encodeURIComponent).join("/")}?signature=a%2Fb`;
  const query = { video: inOutputs(key), storyboard: inOutputs(`extras/${key}/storyboard.vtt`) };
  const [first = ""] = [...addresses.values()];
  return new URL(`/?${new URLSearchParams(query).toString()}`, first).href;
}
