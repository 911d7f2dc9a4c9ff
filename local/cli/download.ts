import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { fileOfKey } from "./fileOfKey";

/**
 * Writes an object to the file of its key in `directory`, and gives the file's path.
 * @throws KeyWithoutFileError before anything is asked for or written, for a key that would lead elsewhere
 */
export async function download(
  s3: S3Client,
  bucket: string,
  key: string,
  directory: string,
): Promise<string> {
  const file = fileOfKey(directory, key);
  await mkdir(path.dirname(file), { recursive: true });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!(Body instanceof Readable)) throw new Error(`S3 gave no content for ${key}.`);
  await pipeline(Body, createWriteStream(file));
  return file;
}
