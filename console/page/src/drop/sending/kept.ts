import { signal } from "@preact/signals";
import type { UploadInHand } from "../../../../messages";

/** An upload that was begun, as it is remembered when the page is closed: the file itself is not. */
export interface KeptUpload extends UploadInHand {
  readonly bucket: string;
  /** Bytes. */
  readonly size: number;
  /** The file's, milliseconds since the epoch. */
  readonly lastModified: number;
}

const place = "uploads";

/** All uploads that are begun and neither done nor thrown away, by this browser's pages of this console. */
export const keptUploads = signal<readonly KeptUpload[]>(read());

addEventListener("storage", ({ key }) => {
  if (key === place) keptUploads.value = read();
});

export function keep(upload: KeptUpload): void {
  write([...read().filter(({ uploadId }) => uploadId !== upload.uploadId), upload]);
}

export function forget({ uploadId }: UploadInHand): void {
  write(read().filter((kept) => kept.uploadId !== uploadId));
}

/** The upload that this file began, under a key that ends with its path. */
export function keptOf(file: File, path: string, bucket: string): KeptUpload | undefined {
  return keptUploads.value.find(
    (kept) =>
      kept.bucket === bucket &&
      kept.size === file.size &&
      kept.lastModified === file.lastModified &&
      (kept.key === path || kept.key.endsWith(`/${path}`)),
  );
}

function read(): KeptUpload[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? "[]");
    return Array.isArray(kept) ? (kept as KeptUpload[]) : [];
  } catch {
    return [];
  }
}

function write(uploads: readonly KeptUpload[]): void {
  keptUploads.value = uploads;
  try {
    localStorage.setItem(place, JSON.stringify(uploads));
  } catch {
    // Without a place to remember them, uploads do not outlive the page.
  }
}
