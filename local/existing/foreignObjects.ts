import { createHash } from "node:crypto";
import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { LocalS3 } from "../services/s3/s3";

/** By their keys: of others, a video that was there before, and a picture where the pipeline's own ones go. */
const objects: Readonly<Record<string, string>> = {
  "invoices/2026-01.txt": "An invoice.",
  "archive/before.mp4": "A video that was there before: nobody told of it.",
  "thumb/logo.png": "A picture of somebody's.",
  "extras/notes.txt": "Notes of somebody's.",
};

/** Puts others' objects into their bucket, and gives their keys. */
export async function putForeignObjects(s3: S3Client, Bucket: string): Promise<string[]> {
  for (const [Key, Body] of Object.entries(objects)) {
    const Metadata = { owner: "the team that made the bucket" };
    await s3.send(new PutObjectCommand({ Bucket, Key, Body, Metadata, Tagging: "team=media" }));
  }
  return Object.keys(objects);
}

/** All that others have in a bucket: each document as it is, and of each object content, metadata, tags and time. */
export async function fingerprint(
  { s3: server, clients: { s3 } }: { s3: LocalS3; clients: { s3: S3Client } },
  Bucket: string,
  keys: string[],
): Promise<Map<string, string>> {
  const found = new Map(server.documentsOf(Bucket));
  for (const Key of keys) {
    const name = { Bucket, Key };
    const object = await s3.send(new GetObjectCommand(name)).catch(() => undefined);
    const { TagSet } = await s3.send(new GetObjectTaggingCommand(name)).catch(() => ({ TagSet: [] }));
    const content = (await object?.Body?.transformToByteArray()) ?? new Uint8Array();
    const { ETag, LastModified, Metadata, ContentType } = object ?? {};
    const sha256 = createHash("sha256").update(content).digest("hex");
    found.set(Key, JSON.stringify({ sha256, ETag, LastModified, Metadata, ContentType, TagSet }));
  }
  return found;
}
