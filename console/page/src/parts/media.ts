/** The address of an output; its version tells a picture from the one that it has replaced. */
export function outputAddress(key: string, eTag = ""): string {
  return `/media/output?${new URLSearchParams({ key, ...(eTag && { e: eTag }) }).toString()}`;
}

export function videoAddress(key: string): string {
  return `/media/video?${new URLSearchParams({ key }).toString()}`;
}
