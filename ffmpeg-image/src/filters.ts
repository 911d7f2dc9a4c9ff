import type { ThumbnailSettings } from "./environment";
import type { ThumbnailFormat } from "./names";
import type { VideoTrack } from "./probe";

/** Which of the frames that ffmpeg decodes becomes the picture; times in microseconds, on the file's own clock. */
export type FrameChoice =
  /** The last frame not after the time; it is known as such when a later one comes. */
  | { readonly kind: "last-not-after"; readonly microseconds: number }
  /** The first frame from the time on. */
  | { readonly kind: "first-from"; readonly microseconds: number };

/** The filters whose log lines tell each decoded frame's time, and the picture's size. */
export const decodedFrames = "showinfo@decoded";
export const pictureFrames = "showinfo@picture";

/** The ffmpeg filter graph from decoded frames to the one picture. */
export function filterGraph(choice: FrameChoice, track: VideoTrack, thumbnail: ThumbnailSettings): string {
  return [
    "settb=1/1000000",
    `${decodedFrames}=checksum=0`,
    ...chooseFrame(choice),
    ...scaleAndConvert(track, thumbnail),
    `${pictureFrames}=checksum=0`,
  ].join(",");
}

/**
 * `fps` gives at its start time the last frame that is not after it, which is what a paused player shows; its rate
 * is that of the time base, so that it moves no frame. Half a microsecond is added because `fps` cuts its start
 * time down to whole microseconds.
 */
function chooseFrame(choice: FrameChoice): string[] {
  if (choice.kind === "first-from") return [`select=gte(pts\\,${choice.microseconds})`, "trim=end_frame=1"];
  const start = ((choice.microseconds + 0.5) / 1e6).toFixed(7);
  return [`fps=fps=1000000:start_time=${start}:round=up:eof_action=pass`, "trim=end_frame=1"];
}

/** The largest width and height that an encoder takes. */
const maxSidePixels: Record<ThumbnailFormat, number> = { png: 32767, jpg: 65500, webp: 16383 };

/** The pixel format to encode, and how its colours are written where it is not RGB. JPEG readers expect BT.601. */
const pixels: Record<ThumbnailFormat, { format: string; scale: string }> = {
  png: { format: "rgb24", scale: "" },
  jpg: { format: "yuvj420p", scale: ":out_color_matrix=bt601:out_range=full" },
  webp: { format: "yuv420p", scale: ":out_color_matrix=bt601:out_range=limited" },
};

/**
 * Squares non-square pixels, scales down to the wanted width and converts colours. The frame is already upright:
 * ffmpeg rotates ahead of the graph. What ffmpeg would write of the video's colour tags into the picture (a PNG's
 * gamma, say) is taken off, because the picture's colours are plain sRGB's.
 */
function scaleAndConvert(track: VideoTrack, { format, widthPixels }: ThumbnailSettings): string[] {
  const maxWidth = Math.min(widthPixels === 0 ? Infinity : widthPixels, maxSidePixels[format]);
  const factor = `min(1\\,min(${maxWidth}/(iw*sar)\\,${maxSidePixels[format]}/ih))`;
  const size = `w=max(1\\,round(iw*sar*${factor})):h=max(1\\,round(ih*${factor}))`;
  const matrix = inputMatrix(track);
  const input = matrix === undefined ? "" : `:in_color_matrix=${matrix}`;
  const flags = ":flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp";
  return [
    `scale=${size}${input}${pixels[format].scale}${flags}`,
    `format=${pixels[format].format}`,
    "setsar=1",
    "setparams=color_primaries=unknown:color_trc=unknown",
  ];
}

/**
 * The YCbCr matrix to decode with, as `scale` names it. Untagged video is BT.709 when it is HD and BT.601 when it
 * is SD, by the limits that players (mpv) use. Undefined for RGB.
 */
function inputMatrix(track: VideoTrack): string | undefined {
  switch (track.colorSpace) {
    case "gbr":
      return undefined;
    case "bt709":
    case "smpte240m":
    case "fcc":
      return track.colorSpace;
    case "bt470bg":
    case "smpte170m":
      return "bt601";
    case "bt2020nc":
    case "bt2020c":
      return "bt2020";
    default:
      return track.width >= 1280 || track.height > 576 ? "bt709" : "bt601";
  }
}
