/** The address of an output; its version tells a picture from the one that it has replaced. */
export function outputAddress(key: string, eTag = ""): string {
  return `/media/output?${new URLSearchParams({ key, ...(eTag && { e: eTag }) }).toString()}`;
}

/** The address of a video; its version tells one from the upload that it has replaced. */
export function videoAddress(key: string, version: string): string {
  return `/media/video?${new URLSearchParams({ key, v: version }).toString()}`;
}
