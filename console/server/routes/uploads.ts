import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  paginateListParts,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { Hono } from "hono";
import { extraKey } from "../../../contract/extras";
import { isStorableKey, thumbnailKey } from "../../../contract/outputs";
import type { Stack } from "../../../ops/stack";
import type { UploadedKeys, UploadedPart, UploadInHand } from "../../messages";
import { inTurns } from "../../reading/inTurns";
import type { Context } from "../context";
import { keysIn, numberIn, readJson, textIn } from "../readJson";
import { unlessReadOnly } from "../readOnly";
import { refused, RefusedError } from "../refusal";
import { videoKey } from "../stackKeys";

/** How long a part may take until its upload begins. */
const partSeconds = 15 * 60;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const maxParts = 10_000;
const maxBytes = 50 * 1024 ** 4;
/** A folder that is dropped may hold many. */
const maxKeys = 10_000;

/** An upload as the SDK's calls name it. */
interface S3Upload {
  Bucket: string;
  Key: string;
  UploadId: string;
}

/** Uploads of videos in parts, which the page sends to the bucket itself. */
export function uploadsRoutes(context: Context): Hono {
  const { stack } = context;
  const { s3, outputs } = stack;
  const app = new Hono();
  app.use("/api/uploads/*", unlessReadOnly(context));
  app.use("/api/uploads", unlessReadOnly(context));

  app.post("/api/uploads", async (call) => {
    const body = await readJson(call);
    const Key = newVideoKey(stack, textIn(body, "key"));
    numberIn(body, "bytes", 1, maxBytes);
    const type = body["contentType"];
    const ContentType = typeof type === "string" && /^video\/[\w.+-]{1,60}$/.test(type) ? type : "video/mp4";
    const { UploadId = "" } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket: outputs.bucketName, Key, ContentType }),
    );
    const begun: UploadInHand = { key: Key, uploadId: UploadId };
    return call.json(begun);
  });
  app.post("/api/uploads/exists", async (call) => {
    const keys = keysIn(await readJson(call));
    if (keys === undefined || keys.length > maxKeys)
      throw refused(`The request takes up to ${maxKeys} keys.`);
    const there = await inTurns(keys, (key) => isThere(stack, videoKey(stack, key)));
    const answer: UploadedKeys = { keys: keys.filter((_, index) => there[index]) };
    return call.json(answer);
  });
  app.post("/api/uploads/sign", async (call) => {
    const body = await readJson(call);
    const part = new UploadPartCommand({
      ...inHand(body),
      PartNumber: numberIn(body, "partNumber", 1, maxParts),
    });
    return call.json({ url: await getSignedUrl(s3, part, { expiresIn: partSeconds }) });
  });
  app.post("/api/uploads/parts", async (call) => {
    return call.json(await partsOf(stack, inHand(await readJson(call))).catch(tellGone));
  });
  app.post("/api/uploads/complete", async (call) => {
    const body = await readJson(call);
    const upload = inHand(body);
    const MultipartUpload = { Parts: partsIn(body["parts"]) };
    await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload })).catch(tellGone);
    context.follow([upload.Key]);
    return call.json({});
  });
  app.post("/api/uploads/abort", async (call) => {
    await s3.send(new AbortMultipartUploadCommand(inHand(await readJson(call)))).catch(unlessGone);
    return call.json({});
  });

  function inHand(body: Record<string, unknown>): S3Upload {
    const Key = videoKey(stack, textIn(body, "key"));
    return { Bucket: outputs.bucketName, Key, UploadId: textIn(body, "uploadId") };
  }
  return app;
}

/** A key that a video may be stored under. Throws RefusedError. */
function newVideoKey(stack: Stack, asked: string): string {
  const key = videoKey(stack, asked);
  const {
    thumbnailKeyPrefix: prefix,
    thumbnailFormat: format,
    videoSuffixes,
    extrasKeyPrefix,
  } = stack.outputs;
  const longest = [
    thumbnailKey(key, { format, prefix, videoSuffixes }),
    extraKey(key, "storyboard.json", extrasKeyPrefix),
  ];
  if (longest.every(isStorableKey)) return key;
  throw refused(
    "The name is too long: S3 takes keys of 1,024 bytes, and those of its outputs are longer than it.",
    "Give the file a shorter name.",
  );
}

async function partsOf({ s3 }: Stack, upload: S3Upload): Promise<UploadedPart[]> {
  const parts: UploadedPart[] = [];
  for await (const { Parts = [] } of paginateListParts({ client: s3 }, upload))
    for (const { PartNumber = 0, Size = 0, ETag = "" } of Parts) parts.push({ PartNumber, Size, ETag });
  return parts;
}

function partsIn(parts: unknown): { PartNumber: number; ETag: string }[] {
  if (!Array.isArray(parts) || parts.length > maxParts) throw refused("The request has no parts.");
  return parts.map((part: unknown) => {
    const { PartNumber, ETag } = (part ?? {}) as Record<string, unknown>;
    if (typeof PartNumber !== "number" || typeof ETag !== "string")
      throw refused("A part has no number or ETag.");
    return { PartNumber, ETag };
  });
}

async function isThere({ s3, outputs }: Stack, Key: string): Promise<boolean> {
  return s3.send(new HeadObjectCommand({ Bucket: outputs.bucketName, Key })).then(
    () => true,
    (error: unknown) => {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return false;
      throw error;
    },
  );
}

function tellGone(error: unknown): never {
  if (!isGone(error)) throw error;
  throw new RefusedError(
    { kind: "gone", message: "S3 knows this upload no longer.", whatToDo: "Begin it anew." },
    404,
  );
}

/** An upload that S3 knows no longer needs no end. */
function unlessGone(error: unknown): void {
  if (!isGone(error)) throw error;
}

function isGone(error: unknown): boolean {
  return error instanceof S3ServiceException && error.name === "NoSuchUpload";
}
