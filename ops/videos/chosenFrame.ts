import {
  DeleteObjectTaggingCommand,
  GetObjectTaggingCommand,
  PutObjectTaggingCommand,
  S3ServiceException,
  type Tag,
} from "@aws-sdk/client-s3";
import { videoTimestampTag } from "../../contract/outputs";
import { shown } from "../../contract/shown";
import { isVideoKey } from "../../contract/videoKeys";
import { UsageError } from "../arguments";
import { videoKeysOf, type Stack } from "../stack";

/** What became of a choice. */
export interface Choice {
  key: string;
  /** What the video's tag says now; null when it says nothing. */
  timestamp: string | null;
  /** Whether the tags were written, of which S3 tells the stack. */
  changed: boolean;
}

/** A choice that can not be made of a video, such as one that is not there; its message says why. */
export class ChoiceError extends Error {}

/** As many tags as S3 takes. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const maxTags = 10;

/**
 * Puts the tag that chooses the frame of a video's thumbnail or, without a timestamp, takes it away; the video's other tags
 * stay.
 * @throws ChoiceError; UsageError for a key whose tags the stack is not told of
 */
export async function chooseFrame(stack: Stack, key: string, timestamp: string | undefined): Promise<Choice> {
  requireVideo(stack, key);
  const tags = await tagsOf(stack, key);
  if (tags === undefined)
    throw new ChoiceError(`There is no video ${shown(key)} in the bucket ${stack.outputs.bucketName}.`);
  const others = tags.filter(({ Key }) => Key !== videoTimestampTag);
  // S3 takes no percent sign.
  const value = timestamp?.trim().replace(/ ?%$/, " percent");
  if (value !== undefined && others.length >= maxTags)
    throw new ChoiceError(
      `${shown(key)} has ${others.length} other tags, and S3 takes ${maxTags}: take one away first.`,
    );
  const changed = value !== tags.find(({ Key }) => Key === videoTimestampTag)?.Value;
  if (changed) {
    const chosen = value === undefined ? [] : [{ Key: videoTimestampTag, Value: value }];
    await write(stack, key, [...others, ...chosen]);
  }
  return { key, timestamp: value ?? null, changed };
}

/** What a video's tag chooses; null when nobody has chosen, undefined when there is no such video. */
export async function chosenFrame(stack: Stack, key: string): Promise<string | null | undefined> {
  const tags = await tagsOf(stack, key);
  if (tags === undefined) return undefined;
  return tags.find(({ Key }) => Key === videoTimestampTag)?.Value ?? null;
}

/** Throws UsageError for a key whose tags the stack is not told of. */
function requireVideo({ outputs }: Stack, key: string): void {
  const { suffixes, isExact = false, prefixes, outputPrefixes } = videoKeysOf(outputs);
  if (isVideoKey(key, videoKeysOf(outputs))) return;
  const under = prefixes.length === 0 ? "" : `are under ${prefixes.join(" or ")}, `;
  const endings = isExact ? suffixes.join(", ") : `${lowerCased(suffixes).join(", ")} in any case`;
  throw new UsageError(
    `${shown(key)} is no video: the stack takes those for videos that ${under}end with ${endings} and are ` +
      `not under ${outputPrefixes.join(" or ")}.`,
  );
}

/** A stack tells each suffix in lower and in upper case. */
function lowerCased(suffixes: readonly string[]): string[] {
  return [...new Set(suffixes.map((suffix) => suffix.toLowerCase()))];
}

/** Undefined when there is no such object, or a delete marker in its place. */
async function tagsOf({ s3, outputs }: Stack, key: string): Promise<Tag[] | undefined> {
  try {
    const { TagSet = [] } = await s3.send(
      new GetObjectTaggingCommand({ Bucket: outputs.bucketName, Key: key }),
    );
    return TagSet;
  } catch (error) {
    if (error instanceof S3ServiceException && ["NoSuchKey", "MethodNotAllowed"].includes(error.name))
      return undefined;
    throw error;
  }
}

/** In place of all that there are, which is the only way: S3 knows no condition on tags. */
async function write({ s3, outputs }: Stack, key: string, tags: Tag[]): Promise<void> {
  const object = { Bucket: outputs.bucketName, Key: key };
  await (tags.length === 0
    ? s3.send(new DeleteObjectTaggingCommand(object))
    : s3.send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet: tags } })));
}
