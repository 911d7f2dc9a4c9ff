import type { PutObjectCommandInput } from "@aws-sdk/client-s3";
import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { manifestName } from "../../../contract/extras";
import type { Manifest, ManifestInMaking } from "../../../contract/manifest";
import { UnusableVideoError } from "../../../worker/errors";
import type { OutputFile } from "../../../worker/outputFile";
import type { ExtrasOrder } from "../../../worker/making/order";
import type { Answer, Command, Request, Stored } from "./requests";
import {
  contentOfETag,
  eTagOf,
  extrasFolder,
  pictureOf,
  requestOf,
  thumbnailKey,
  videoKey,
} from "./requests";

export const manifestKey = extrasFolder + manifestName;

/** The extras of a video's version, by their names: one of "wide" content has a sheet, one of "bad" content can have none. */
export function extrasOf(picture: string): ReadonlyMap<string, string> {
  const names = picture.startsWith("wide") ? ["storyboard.vtt", "storyboard-1.jpg"] : ["storyboard.vtt"];
  return new Map(names.map((name) => [name, `${name} of ${picture}`]));
}

/** Whether not even a picture can be had of a video with this content: the thumbnail of the version before stays. */
export function isBroken(content: string): boolean {
  return content.startsWith("broken");
}

/** What a worker of the model is asked for; its claims are told from those of others by its number. */
export function extrasOrder(serial: number, picture: () => string): ExtrasOrder {
  let claims = 0;
  const make = (): Promise<OutputFile[]> => {
    if (picture().startsWith("bad")) throw new UnusableVideoError("damaged or made to do harm: it is bad");
    const files = [...extrasOf(picture())].map(([name, content]) => ({
      name,
      kind: "storyboard-vtt" as const,
      content: Buffer.from(content),
      contentType: "text/vtt",
    }));
    return Promise.resolve(files);
  };
  return {
    folder: extrasFolder,
    settings: { storyboard: undefined, preview: undefined, renditions: [] },
    makers: [{ name: "storyboard", make }],
    newMaker: () => `${serial}.${++claims}`,
    now: () => new Date(0),
  };
}

type Objects = Readonly<Record<string, Stored | undefined>>;

/** What is wrong with a manifest at any time; undefined when it names what is there, of one version, and nothing else. */
export function problemOfManifest(objects: Objects): string | undefined {
  const manifest = manifestIn(objects);
  if (manifest?.state !== "ready") return undefined;
  const { outputs } = manifest;
  for (const { key, eTag } of outputs) {
    const there = objects[key];
    if (there === undefined) return `the manifest names ${key}, which is not there`;
    if (eTagOf(there.content) !== `"${eTag}"`)
      return `the manifest names ${key}, which is "${there.content}"`;
  }
  const picture = pictureNamedBy(manifest);
  const wanted = [
    [thumbnailKey, picture],
    ...[...extrasOf(picture)].map(([name, content]) => [extrasFolder + name, content]),
  ];
  for (const [key, content] of wanted) {
    if (objects[key!]?.content !== content)
      return `the manifest of "${picture}" has "${objects[key!]?.content}"`;
  }
  return outputs.length === wanted.length ? undefined : `the manifest of "${picture}" names others, too`;
}

/** What is wrong with the outputs at the end, for a thumbnail that is the right one. */
export function problemOfOutputs(objects: Objects, isLate: boolean): string | undefined {
  const picture = objects[thumbnailKey]?.content ?? "";
  const manifest = manifestIn(objects);
  if (isBroken(objects[videoKey]?.content ?? ""))
    return manifest === undefined ? undefined : "the manifest is of another version";
  if (picture.startsWith("bad"))
    return manifest?.state === "ready" ? "the manifest is of another version" : undefined;
  if (manifest?.state !== "ready") return "there is no manifest";
  const named = manifest.outputs.map(({ key }) => key);
  const of = pictureNamedBy(manifest);
  if (of !== picture) return `the manifest is of "${of}"`;
  // What a dead worker has asked for may come when nobody is there any more to take it away: no manifest names it.
  const left = Object.keys(objects).find(
    (key) => key.startsWith(extrasFolder) && key !== manifestKey && objects[key] && !named.includes(key),
  );
  return left === undefined || isLate ? undefined : `${left} stays`;
}

/** By the video's ETag; where the manifest does not tell it, by the thumbnail's. */
function pictureNamedBy({ video, frame, outputs }: Manifest): string {
  if (video.eTag === undefined) return contentOfETag(`"${outputs[0]?.eTag}"`);
  return pictureOf(contentOfETag(`"${video.eTag}"`), frame.timestampSeconds);
}

function manifestIn(objects: Objects): Manifest | ManifestInMaking | undefined {
  const content = objects[manifestKey]?.content;
  return content === undefined ? undefined : (JSON.parse(content) as Manifest | ManifestInMaking);
}

/** The worker's number in the claims that a text has or names. */
export function serialsIn(text: string): number[] {
  return [...text.matchAll(/"maker": "(\d+)\./g)].map(([, serial]) => Number(serial));
}

/** Whether a worker of no number yet is about to claim. */
export function isClaim(next: Request | string): boolean {
  return typeof next !== "string" && next.op === "put" && serialsIn(next.object.content).includes(0);
}

/** All that an answer or a request tells of claims. */
export function claimTextOf(told: Answer | Request): string {
  if (typeof told === "string" || "tags" in told) return "";
  if ("listed" in told) return "";
  if ("found" in told) return told.found.content;
  const matched = "ifMatch" in told && told.ifMatch !== undefined ? contentOfETag(told.ifMatch) : "";
  return told.op === "put" ? told.object.content + matched : matched;
}

/** How a worker goes wrong that the model must find out. */
export type Fault = "does not claim" | "lists before it claims";

type Send = (command: Command) => Promise<object>;

/** A worker's way to S3, with the fault. */
export function faulty(send: Send, fault: Fault | undefined): Send {
  if (fault === undefined) return send;
  const claimed = { ETag: '"claimed"', Metadata: {} };
  let hasClaimed = false;
  let listed: object | undefined;
  return async (command) => {
    const request = requestOf(command);
    if (request.op === "send") return send(command);
    const { op, key } = request;
    const isClaiming = op === "put" && serialsIn(request.object.content).length > 0;
    if (isClaiming && fault === "lists before it claims")
      listed = await send(
        new ListObjectsV2Command({ Bucket: "videos", Prefix: extrasFolder }) as unknown as Command,
      );
    if (fault === "lists before it claims")
      return op === "list" && key === extrasFolder && listed !== undefined ? listed : send(command);
    if (isClaiming) {
      hasClaimed = true;
      return claimed;
    }
    if (!hasClaimed || key !== manifestKey) return send(command);
    if (op === "head") return claimed;
    const input = command.input as PutObjectCommandInput;
    return send(new PutObjectCommand({ ...input, IfMatch: undefined }));
  };
}
