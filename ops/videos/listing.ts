import { ListObjectsV2Command, type S3Client, type _Object } from "@aws-sdk/client-s3";
import { listedKey, type ListedObject } from "../../contract/uploads";

/** An object as a listing tells of it. */
export type StoredObject = ListedObject & Pick<_Object, "StorageClass" | "RestoreStatus">;

/** The bucket's objects page by page; those under `skipped` are jumped over. */
export async function* objectPages(
  s3: S3Client,
  bucket: string,
  prefix: string,
  startAfter: string | undefined,
  skipped: readonly string[],
): AsyncGenerator<StoredObject[]> {
  let after = startAfter;
  for (;;) {
    const { objects, isLast } = await listPage(s3, bucket, prefix, after);
    yield objects;
    const last = objects.at(-1)?.Key;
    if (isLast || last === undefined) return;
    const within = skipped.find((keyPrefix) => last.startsWith(keyPrefix));
    after = within === undefined ? last : endOf(within);
  }
}

/** The first key after all that begin with `prefix` (`thumb0` after `thumb/`); it has no suffix, and is no video. */
function endOf(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}

/** When the objects of these keys were stored; those that do not exist are left out. */
export async function timesOf(s3: S3Client, bucket: string, keys: string[]): Promise<Map<string, Date>> {
  const sorted = [...keys].sort(byBytes);
  const [first, last] = [sorted.at(0), sorted.at(-1)];
  const times = new Map<string, Date>();
  if (first === undefined || last === undefined) return times;
  const wanted = new Set(keys);
  // A key comes after all that it begins with: after its own beginning, the listing has the key itself.
  let after: string | undefined = first.slice(0, -1);
  while (after !== undefined) {
    const { objects, isLast } = await listPage(s3, bucket, "", after);
    for (const { Key, LastModified } of objects) if (wanted.has(Key)) times.set(Key, LastModified);
    const end: string | undefined = objects.at(-1)?.Key;
    after = isLast || end === undefined || byBytes(end, last) >= 0 ? undefined : end;
  }
  return times;
}

/** The order in which S3 lists keys, that of their bytes in UTF-8. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

async function listPage(
  s3: S3Client,
  bucket: string,
  prefix: string,
  startAfter: string | undefined,
): Promise<{ objects: StoredObject[]; isLast: boolean }> {
  const {
    Contents = [],
    IsTruncated,
    EncodingType,
  } = await s3.send(
    new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix,
      EncodingType: "url",
      OptionalObjectAttributes: ["RestoreStatus"],
      ...(startAfter !== undefined && { StartAfter: startAfter }),
    }),
  );
  const objects = (Contents as StoredObject[]).map((object) => ({
    ...object,
    Key: listedKey(object.Key, EncodingType),
  }));
  return { objects, isLast: IsTruncated !== true };
}
