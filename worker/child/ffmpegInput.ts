import type { Allowance } from "./allowance";

/**
 * The demuxers that uploads may reach, by ffmpeg's names: containers of one file. Formats that open other addresses
 * or files (HLS, DASH, concat, SDP, image sequences, …) are not among them, whatever an upload's name.
 */
const containers = [
  "mov,mp4,m4a,3gp,3g2,mj2",
  "matroska,webm",
  "avi",
  "mpegts",
  "mpeg",
  "flv",
  "ogg",
  "asf",
  "mxf",
];

const shortGapBytes = 32 * 1024;

/**
 * The arguments before `-i URL` of ffmpeg and ffprobe alike: no network but loopback, no format but these, and no piece
 * of memory larger than all that there is. The loopback server's answers end early; ffmpeg then asks for what follows,
 * at once, and a second time only if it got none of it.
 */
export function inputArguments({ memory }: Allowance): readonly string[] {
  return [
    ...["-protocol_whitelist", "http,tcp", "-format_whitelist", containers.join(",")],
    ...["-reconnect", "1", "-reconnect_delay_max", "0"],
    // A gap that ffmpeg reads through instead of asking for what comes after it. Without this it is as large as the
    // system's socket buffers, which may be megabytes.
    ...["-short_seek_size", String(shortGapBytes)],
    ...["-max_alloc", String(Math.min(memory.leftForChild(), 2 ** 31 - 1))],
  ];
}

/** Whether ffmpeg tells of its connection to the loopback server, whose end of each answer it takes for an error. */
export function isAboutConnection(line: string): boolean {
  return line.startsWith("[http @ ");
}
