import { extraKey, isExtraName, parseExtraKey } from "./extras";
import { outputKinds } from "./manifest";
import type { Manifest, ManifestInMaking, ManifestOutput } from "./manifest";
import { thumbnailFormats, thumbnailKey } from "./outputs";
import type { OutputNames } from "./outputs";

/** Where a manifest stands, and what its outputs' keys are made with. */
export interface ManifestPlace {
  readonly bucket: string;
  readonly videoBucket: string;
  readonly videoKey: string;
  readonly names: OutputNames;
  readonly extrasPrefix: string;
}

/**
 * The manifest in this text, with the fields that a manifest has and no others: whoever may write to the bucket may have
 * written it. Throws an Error that says what is wrong when it is none, or one of another place, or when it names an output
 * that is not of its video.
 */
export function readManifest(text: string, place: ManifestPlace): Manifest | ManifestInMaking {
  const value: unknown = JSON.parse(text);
  const { state, bucket, video } = anyManifest(value, "it");
  const videoBucket = video.bucket ?? bucket;
  const anothers = [
    ...(bucket === place.bucket ? [] : [bucket]),
    ...(videoBucket === place.videoBucket && video.key === place.videoKey ? [] : [videoBucket]),
  ];
  if (anothers[0] !== undefined)
    throw new Error(`it is of ${JSON.stringify(video.key)} in the bucket ${JSON.stringify(anothers[0])}`);
  const found = state === "making" ? manifestInMaking(value, "it") : manifest(value, "it");
  const other = found.outputs.find((one) => !isOf(place, one));
  if (other !== undefined)
    throw new Error(`it names ${JSON.stringify(other.key)}, which is not of its video`);
  return found;
}

function isOf({ videoKey, names, extrasPrefix }: ManifestPlace, { kind, key }: ManifestOutput): boolean {
  if (kind === "thumbnail")
    return thumbnailFormats.some((format) => thumbnailKey(videoKey, { ...names, format }) === key);
  const name = parseExtraKey(key, extrasPrefix)?.name ?? "";
  return isExtraName(name) && key === extraKey(videoKey, name, extrasPrefix);
}

/** Gives a value that was read as it is to be; throws an Error that names it (`what`) when it is something else. */
type Read<T> = (value: unknown, what: string) => T;

const text: Read<string> = matching("a text", (value) => typeof value === "string");
const count: Read<number> = matching(
  "a whole number from 0",
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
);
const number: Read<number> = matching("a number", (value) => Number.isFinite(value));

const output: Read<ManifestOutput> = object({
  kind: oneOf(...outputKinds),
  key: text,
  contentType: text,
  bytes: count,
  eTag: optional(text),
  width: optional(count),
  height: optional(count),
});

const videoAddress: Read<ManifestInMaking["video"]> = object({ key: text, bucket: optional(text) });

const anyManifest = object<Pick<ManifestInMaking, "version" | "bucket" | "video"> & { state: string }>({
  version: oneOf(1),
  state: oneOf("making", "ready"),
  bucket: text,
  video: videoAddress,
});

const manifestInMaking: Read<ManifestInMaking> = object({
  version: oneOf(1),
  state: oneOf("making"),
  bucket: text,
  video: videoAddress,
  outputs: () => [],
  maker: text,
});

const manifest: Read<Manifest> = object({
  version: oneOf(1),
  state: oneOf("ready"),
  bucket: text,
  video: object({
    key: text,
    bucket: optional(text),
    eTag: optional(text),
    lastModified: optional(text),
    versionId: optional(text),
    bytes: count,
    durationSeconds: nullable(number),
    width: count,
    height: count,
    codec: text,
    rotationDegrees: oneOf(0, 90, 180, 270),
  }),
  frame: object({
    timestampRequestedSeconds: number,
    timestampSeconds: number,
    thumbHash: text,
    dominantColor: text,
    decodeErrors: optional(oneOf(true)),
    choice: optional(
      object({
        score: number,
        verdicts: list(text),
        runnersUp: list(object({ timestampSeconds: number, score: number, verdicts: list(text) })),
      }),
    ),
  }),
  outputs: list(output),
  askedFor: text,
  madeAt: text,
});

function matching<T>(allowed: string, is: (value: unknown) => boolean): Read<T> {
  return (value, what) => {
    if (!is(value)) throw new Error(`${what} is not ${allowed}`);
    return value as T;
  };
}

function oneOf<T extends string | number | boolean>(...values: T[]): Read<T> {
  return matching(`one of ${values.join(", ")}`, (value) => values.includes(value as T));
}

function optional<T>(read: Read<T>): Read<T | undefined> {
  return (value, what) => (value === undefined ? undefined : read(value, what));
}

function nullable<T>(read: Read<T>): Read<T | null> {
  return (value, what) => (value === null ? null : read(value, what));
}

function list<T>(read: Read<T>): Read<T[]> {
  return (value, what) => {
    if (!Array.isArray(value)) throw new Error(`${what} is not a list`);
    return value.map((item, index) => read(item, `${what}[${index}]`));
  };
}

/** Of an object the fields that are read, and no others. */
function object<T>(fields: { readonly [Name in keyof T]-?: Read<T[Name]> }): Read<T> {
  return (value, what) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new Error(`${what} is not an object`);
    const given = new Map<string, unknown>(Object.entries(value));
    const read = Object.entries<Read<unknown>>(fields).map(
      ([name, readField]) => [name, readField(given.get(name), `${what}.${name}`)] as const,
    );
    return Object.fromEntries(read.filter(([, field]) => field !== undefined)) as T;
  };
}
