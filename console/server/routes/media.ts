import { GetObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { Hono, type Context as Call } from "hono";
import { contentTypes } from "../../../contract/outputs";
import type { Context } from "../context";
import { outputKey, videoKey } from "../stackKeys";

/** How long the bucket takes an address, and how long a browser may keep it, which is less. */
const validSeconds = 300;
const keptSeconds = 240;

/** A picture is nothing else, whatever somebody has stored in its place. */
const pictureTypes: ReadonlyMap<string, string> = new Map(Object.entries(contentTypes));
/** Browsers look into what they are told is MP4, and play MOV too; the others want their own type. */
const videoTypes: ReadonlyMap<string, string> = new Map([
  ["webm", "video/webm"],
  ["mkv", "video/webm"],
  ["ogv", "video/ogg"],
]);

/**
 * `GET /media/video?key=…` and `/media/output?key=…`: where the bucket gives a video or a picture, for some minutes. What it
 * gives is told to be a video or a picture, or is only to be saved, so that nothing that somebody stored is ever run as a page.
 */
export function mediaRoutes({ stack }: Context): Hono {
  const { s3, outputs } = stack;
  const app = new Hono();
  const lead = async (call: Call, Bucket: string, Key: string, type: string | undefined) => {
    const object = new GetObjectCommand({
      Bucket,
      Key,
      ResponseContentType: type ?? "application/octet-stream",
      ResponseContentDisposition: type === undefined ? "attachment" : "inline",
    });
    const address = await getSignedUrl(s3, object, { expiresIn: validSeconds });
    call.header("Cache-Control", `private, max-age=${keptSeconds}`);
    return call.redirect(address, 302);
  };
  app.get("/media/video", (call) => {
    const key = videoKey(stack, call.req.query("key"));
    return lead(call, outputs.bucketName, key, videoTypes.get(endingOf(key)) ?? "video/mp4");
  });
  app.get("/media/output", (call) => {
    const key = outputKey(stack, call.req.query("key"));
    return lead(call, outputs.outputBucketName, key, pictureTypes.get(endingOf(key)));
  });
  return app;
}

function endingOf(key: string): string {
  return key.slice(key.lastIndexOf(".") + 1).toLowerCase();
}
