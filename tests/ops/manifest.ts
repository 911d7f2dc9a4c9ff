import type { Manifest } from "../../contract/manifest";

/** A manifest as the worker stores it, of a video that was uploaded at second 30; of one in `videoBucket`, if that is another. */
export function manifestOf(
  key: string,
  { askedFor, bucket = "videos", videoBucket }: { askedFor: string; bucket?: string; videoBucket?: string },
): Manifest {
  return {
    version: 1,
    state: "ready",
    bucket,
    video: {
      ...{ key, lastModified: "2026-01-01T00:00:30Z", bytes: 1, durationSeconds: 2, codec: "h264" },
      ...{ width: 64, height: 36, rotationDegrees: 0 },
      ...(videoBucket !== undefined && { bucket: videoBucket }),
    },
    frame: {
      ...{ timestampRequestedSeconds: 0, timestampSeconds: 0 },
      ...{ thumbHash: "AA==", dominantColor: "#000000" },
    },
    outputs: [],
    askedFor,
    madeAt: "2026-01-01T00:00:32Z",
  };
}
