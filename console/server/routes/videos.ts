import { Hono } from "hono";
import { parseTimestamp } from "../../../contract/timestamp";
import { chooseFrame, chosenFrame, ChoiceError } from "../../../ops/videos/chosenFrame";
import type { ChoiceMade, VideoDetails } from "../../messages";
import { frameFrom } from "../../reading/videos/frameFrom";
import { reading } from "../../reading/read";
import { readVideo } from "../../reading/videos/readVideo";
import { readStoryboard, webVttOf } from "../../reading/videos/storyboards";
import { Facts, factsOf, readyManifest } from "../../reading/videos/thumbnailFacts";
import { thumbnailOf } from "../../reading/videos/videoSteps";
import type { Context } from "../context";
import { keysIn, readJson, textIn } from "../readJson";
import { unlessReadOnly } from "../readOnly";
import { refused, RefusedError } from "../refusal";
import { videoKey } from "../stackKeys";

/** As many as a screen shows at once, and some. */
const maxKeys = 100;

/** What is known of videos and their thumbnails, and the choice of a frame. */
export function videosRoutes(context: Context): Hono {
  const { stack, videos } = context;
  const facts = new Facts(stack);
  const app = new Hono();
  app.post("/api/thumbnails", async (call) => {
    const keys = keysIn(await readJson(call));
    if (keys === undefined || keys.length > maxKeys)
      throw refused(`The request takes up to ${maxKeys} keys.`);
    for (const key of keys) videoKey(stack, key);
    return call.json(await facts.ofAll(keys, (key) => videos.get(key)?.eTag));
  });
  app.get("/api/video", async (call) =>
    call.json(await details(context, videoKey(stack, call.req.query("key")))),
  );
  app.get("/api/storyboard", async (call) => call.json(await storyboard(call.req.query("key"))));
  app.get("/api/storyboard.vtt", async (call) => {
    const board = await storyboard(call.req.query("key"));
    return call.body(webVttOf(board), 200, { "content-type": "text/vtt" });
  });
  app.post("/api/choose", unlessReadOnly(context), async (call) => {
    const body = await readJson(call);
    const key = videoKey(stack, textIn(body, "key"));
    const timestamp = body["timestamp"] === null ? undefined : validTimestamp(textIn(body, "timestamp"));
    const made: ChoiceMade = await chooseFrame(stack, key, timestamp).catch((error: unknown) => {
      throw error instanceof ChoiceError ? refused(error.message, "Reload the page.") : error;
    });
    if (made.changed) context.follow([key]);
    return call.json(made);
  });

  async function storyboard(key: string | undefined) {
    const board = await readStoryboard(stack, videoKey(stack, key));
    if (board !== undefined) return board;
    const message = "This video has no storyboard.";
    throw new RefusedError(
      { kind: "refused", message, whatToDo: "It comes with the setting storyboard." },
      404,
    );
  }
  return app;
}

function validTimestamp(text: string): string {
  try {
    parseTimestamp(text);
    return text;
  } catch (error) {
    throw refused((error as Error).message);
  }
}

async function details({ stack }: Context, key: string): Promise<VideoDetails> {
  const [video, thumbnail, manifest, chosen] = await Promise.all([
    readVideo(stack, key),
    thumbnailOf(stack, key),
    readyManifest(stack, key),
    reading(stack, chosenFrame(stack, key)),
  ]);
  const { metadata, ...facts } = video;
  return {
    key,
    ...facts,
    thumbnail: thumbnail === undefined ? null : factsOf(key, thumbnail, manifest),
    manifest: manifest ?? null,
    chosen: "value" in chosen ? { value: chosen.value ?? null } : chosen,
    frameFrom: thumbnail === undefined ? null : frameFrom(key, metadata, thumbnail.metadata),
  };
}
