import type { Colors } from "../video/colors";
import { colorsOf } from "../video/colors";
import type { PictureFormat } from "./encoding";
import { encodings, scaleQuality } from "./encoding";
import { hideMatrix, inputMatrixOption, toPlainRgb, zimgInput } from "./plainRgb";
import type { FrameChoice } from "./frameChoice";
import { tellFrames, tellTimes } from "./frameChoice";
import { turnUpright } from "../video/orientation";
import type { VideoTrack } from "../video/videoTrack";

/** One picture of a frame. */
export interface WantedPicture {
  readonly format: PictureFormat;
  /** At most so many pixels on its longer side, upright; never upscaled. 0 keeps the video's own size. */
  readonly widthPixels: number;
}

/** The name that a filter graph gives to the picture of this number. */
export function pictureLabel(index: number): string {
  return `[picture${index}]`;
}

/**
 * The ffmpeg filter graph from decoded frames, not turned by ffmpeg itself, to the one frame's pictures: each is made of
 * the frame itself, as if it were the only one, since scaling a few more times costs little beside decoding.
 */
export function filterGraph(
  choice: FrameChoice,
  track: VideoTrack,
  pictures: readonly WantedPicture[],
): string {
  const chosen = ["settb=1/1000000", ...tellFrames(choice), ...deinterlace(track), ...chooseFrame(choice)];
  const frames = pictures.map((_, index) => `[frame${index}]`);
  return [
    `[0:${track.streamIndex}]${chosen.join(",")},split=${pictures.length}${frames.join("")}`,
    ...pictures.map(
      (picture, index) =>
        `${frames[index] ?? ""}${onePicture(track, picture).join(",")}${pictureLabel(index)}`,
    ),
  ].join(";");
}

function onePicture(track: VideoTrack, { format, widthPixels }: WantedPicture): string[] {
  const longerSide = Math.min(widthPixels === 0 ? Infinity : widthPixels, encodings[format].maxSidePixels);
  return [
    ...scaleAndConvert(track, format, { width: longerSide, height: longerSide }),
    ...turnUpright(track.orientation),
    "setsar=1",
    // The picture is plain sRGB: nothing that the video tells of light and colours, or else, belongs into it.
    "setparams=color_primaries=unknown:color_trc=unknown",
    "sidedata=mode=delete",
  ];
}

/** Moments equally far apart, in seconds on the file's own clock. */
export interface Moments {
  readonly firstSeconds: number;
  /** Whole seconds. */
  readonly everySeconds: number;
}

/** Which of the frames that are decoded become small pictures; in seconds on the file's own clock. */
export interface Spacing {
  readonly fromSeconds?: number;
  /** At least so far apart. */
  readonly everySeconds?: number;
  /** A picture for each moment: the last frame that is not after it, or else the first one. */
  readonly moments?: Moments;
  /** Whether those before the first keyframe are left out. */
  readonly sinceKeyframe?: boolean;
  /** As many in each second as this, from the first frame on: those that a player shows then, some of them again. */
  readonly framesPerSecond?: number;
}

/**
 * The filter graph to small pictures, each of which is told of by {@link decodedTime}'s facts; with moments, each frame that
 * was decoded is. Frames need not follow one another, so that of interlaced ones a field is shown.
 */
export function smallPictures(track: VideoTrack, bounds: Bounds, spacing: Spacing): string {
  const { fromSeconds, everySeconds, moments, sinceKeyframe = false, framesPerSecond } = spacing;
  return [
    "settb=1/1000000",
    // Half a millisecond is less than any frame's, and more than what times are rounded by.
    ...(fromSeconds === undefined ? [] : [`select=gte(t\\,${(fromSeconds - 0.0005).toFixed(6)})`]),
    ...(everySeconds === undefined
      ? []
      : [`select=isnan(prev_selected_t)+gte(t-prev_selected_t\\,${(everySeconds - 0.0005).toFixed(6)})`]),
    ...(sinceKeyframe ? ["select=st(0\\,max(ld(0)\\,key))"] : []),
    ...(framesPerSecond === undefined ? [] : evenly(framesPerSecond)),
    ...tellTimes,
    ...(moments === undefined ? [] : framesAt(moments)),
    ...(track.interlaced && isInterlacedCodec(track) ? ["scale=iw:ih/2:flags=neighbor"] : []),
    ...scaleAndConvert(track, "png", bounds),
    ...turnUpright(track.orientation),
    "setsar=1",
  ].join(",");
}

/**
 * Half a millisecond is less than any frame's, and more than what times are rounded by. Rounded up, a frame is given from the
 * next moment on, until another one is. The moments come to lie on multiples of their distance, to which `fps` rounds the
 * video's end.
 */
function framesAt({ firstSeconds, everySeconds }: Moments): string[] {
  const first = Math.round((firstSeconds + 0.0005) * 1e6);
  return [`setpts=PTS-(${first})`, `fps=fps=1/${everySeconds}:start_time=0:round=up:eof_action=pass`];
}

/** `fps` gives for each moment the last frame that is not after it; its times count from the first frame. */
function evenly(framesPerSecond: number): string[] {
  return ["setpts=PTS-STARTPTS", `fps=fps=${framesPerSecond}:round=up`, "settb=1/1000000"];
}

/** The codecs that interlaced video is found in, here with both fields in one frame (which HEVC's are not). */
const interlacedCodecs = new Set(
  "h264 mpeg2video mpeg4 vc1 dvvideo prores dnxhd v210 ffv1 huffyuv ffvhuff utvideo".split(" "),
);

/**
 * Interlaced frames become progressive with the help of the frames before and after them: so this comes before one
 * is chosen. Progressive frames pass, which costs nothing but one frame more to decode.
 */
function deinterlace(track: VideoTrack): string[] {
  return isInterlacedCodec(track) ? ["bwdif=mode=send_frame:deint=interlaced", "settb=1/1000000"] : [];
}

function isInterlacedCodec({ codec, pixelFormat = "", width, height }: VideoTrack): boolean {
  // bwdif refuses frames of a few pixels, and takes no alpha of many bits.
  const suits = /^yuvj?4/.test(pixelFormat) && Math.min(width, height) >= 16;
  return suits && interlacedCodecs.has(codec);
}

/**
 * `fps` gives at its start time the last frame that is not after it, which is what a paused player shows; its rate
 * is that of the time base, so that it moves no frame. Half a microsecond is added because `fps` cuts its start
 * time down to whole microseconds. Until the next frame it repeats this one, each microsecond, so that in a damaged
 * file with a leap of days it would never end: later frames are brought close.
 */
function chooseFrame(choice: FrameChoice): string[] {
  if (choice.kind === "first-from") return [`select=gte(pts\\,${choice.microseconds})`, "trim=end_frame=1"];
  const start = ((choice.microseconds + 0.5) / 1e6).toFixed(7);
  const near = `setpts=if(isnan(PTS)\\,NAN\\,min(PTS\\,${choice.microseconds + 2}))`;
  return [near, `fps=fps=1000000:start_time=${start}:round=up:eof_action=pass`, "trim=end_frame=1"];
}

/**
 * Scales the frame down to the wanted size, as the upright picture has it, with square pixels, and converts its
 * colours: in one step where that is enough.
 */
function scaleAndConvert(track: VideoTrack, pictureFormat: PictureFormat, bounds: Bounds): string[] {
  const pixelFormat = track.pixelFormat ?? "";
  const colors = colorsOf(track);
  const size = pictureSize(track, bounds);
  if (track.color.space === "gbr" || /^(?!gray)[^y]*(rgb|bgr|gbr|pal8)/.test(pixelFormat))
    return convert(size, { colors, isRgb: true, range: "" }, track, pictureFormat);
  // `scale` takes all gray for full range.
  const isLimitedGray = pixelFormat.startsWith("gray") && colors.range === "limited";
  const told = isLimitedGray ? "full" : colors.range;
  const input = { colors, isRgb: false, range: told === undefined ? "" : `:in_range=${told}` };
  return [
    ...(isLimitedGray ? [hideMatrix, "zscale=rin=limited:r=full"] : []),
    ...convert(size, input, track, pictureFormat),
  ];
}

/** What the frames are, and `scale`'s option for their range. */
interface Input {
  readonly colors: Colors;
  readonly isRgb: boolean;
  readonly range: string;
}

function convert(
  size: string,
  { colors, isRgb, range }: Input,
  { hasAlpha }: VideoTrack,
  pictureFormat: PictureFormat,
): string[] {
  const { pixelFormat: format, scaleOptions } = encodings[pictureFormat];
  const scale = scaleOptions === "" ? "" : `:${scaleOptions}`;
  const finish = [
    `scale=${scaleOptions}${scaleOptions === "" ? "" : ":"}${scaleQuality}`,
    `format=${format}`,
  ];
  const input = isRgb ? "" : `${inputMatrixOption(colors)}${range}`;
  const toRgb = toPlainRgb(colors, isRgb || hasAlpha);
  if (hasAlpha) {
    // What lies behind a video is black, as in players.
    const ontoBlack = (pixelFormat: string) => [`format=${pixelFormat}`, "premultiply=inplace=1"];
    const scaled = `scale=${size}${input}:${scaleQuality}`;
    if (toRgb === undefined) return [scaled, ...ontoBlack("gbrap"), ...finish];
    return [scaled, ...ontoBlack("gbrap16le"), `format=${zimgInput.rgb}`, ...toRgb, ...finish];
  }
  if (toRgb === undefined) return [`scale=${size}${input}${scale}:${scaleQuality}`, `format=${format}`];
  return [
    ...(isRgb ? [] : [hideMatrix]),
    `scale=${size}${range}${range.replace(":in_", ":out_")}:${scaleQuality}`,
    `format=${isRgb ? zimgInput.rgb : zimgInput.yuv}`,
    ...toRgb,
    ...finish,
  ];
}

/** What an upright picture may have at most, in pixels. */
export interface Bounds {
  readonly width: number;
  readonly height: number;
}

/**
 * The picture's size before it is turned, as options of `scale`. Non-square pixels become square by making the frame
 * larger in one direction, as the HTML standard asks of browsers; a ratio beyond 10 is a fault of the file. From
 * there it is only ever scaled down.
 */
function pictureSize({ orientation }: VideoTrack, bounds: Bounds): string {
  const sides = [bounds.width, bounds.height];
  const [maxAcross, maxDown] = orientation.transposed ? sides.reverse() : sides;
  const across = "iw*clip(sar\\,1\\,10)";
  const down = "ih/clip(sar\\,0.1\\,1)";
  const factor = `min(1\\,min(${maxAcross}/(${across})\\,${maxDown}/(${down})))`;
  return `w=max(1\\,round(${across}*${factor})):h=max(1\\,round(${down}*${factor}))`;
}
