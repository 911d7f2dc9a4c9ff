import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { PackageEntry } from "../../program/resources";

/** Unpacks a Lambda's archive, and nothing else, into a directory. */
export async function unpack(entries: PackageEntry[], directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const entry of entries) {
    const target = path.join(directory, entry.path);
    await mkdir(path.dirname(target), { recursive: true });
    if ("text" in entry) await writeFile(target, entry.text);
    else await cp(entry.source, target, { recursive: true, dereference: true });
  }
}
