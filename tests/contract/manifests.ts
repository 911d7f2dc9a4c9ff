import type { Manifest, ManifestInMaking } from "../../contract/manifest";

/** Where the manifests below stand. */
export const place = {
  bucket: "videos",
  videoBucket: "videos",
  videoKey: "dir/cat.mp4",
  names: { format: "png" as const, prefix: "thumb/", videoSuffixes: [".mp4"] },
  extrasPrefix: "extras/",
};

/** A manifest with every field that one may have. */
export const ready: Manifest = {
  version: 1,
  state: "ready",
  bucket: "videos",
  video: {
    key: "dir/cat.mp4",
    eTag: "9b2cf535f27731c974343645a3985328",
    lastModified: "2026-01-02T03:04:05Z",
    versionId: "3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY",
    bytes: 353826,
    durationSeconds: 12.5,
    width: 1920,
    height: 1080,
    codec: "h264",
    rotationDegrees: 90,
  },
  frame: {
    timestampRequestedSeconds: 2,
    timestampSeconds: 1.96,
    thumbHash: "1QcSHQRnh493V4dIh4eXh1h4kJUI",
    dominantColor: "#335577",
    decodeErrors: true,
    choice: {
      score: 0.93,
      verdicts: [],
      runnersUp: [{ timestampSeconds: 5, score: 0.5, verdicts: ["dark"] }],
    },
  },
  outputs: [
    {
      kind: "thumbnail",
      key: "thumb/dir/cat.png",
      contentType: "image/png",
      bytes: 12345,
      eTag: "0123456789abcdef",
      width: 720,
      height: 1280,
    },
    {
      kind: "storyboard-vtt",
      key: "extras/dir/cat.mp4/storyboard.vtt",
      contentType: "text/vtt",
      bytes: 900,
    },
    {
      kind: "storyboard-sheet",
      key: "extras/dir/cat.mp4/storyboard-1.jpg",
      contentType: "image/jpeg",
      bytes: 90000,
      width: 1600,
      height: 900,
    },
  ],
  askedFor: "storyboard=160.jpg",
  madeAt: "2026-01-02T03:04:09.123Z",
};

/** What stands in its place before. */
export const making: ManifestInMaking = {
  version: 1,
  state: "making",
  bucket: "videos",
  video: { key: "dir/cat.mp4" },
  outputs: [],
  maker: "4f3c",
};
