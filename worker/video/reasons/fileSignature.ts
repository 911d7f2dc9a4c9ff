/** What phones write for photos; some of these hold video too, in which case ffmpeg opens them. */
export const photo = "a HEIC or AVIF image";

/** Beginnings by which a file is known to be something else than a video; its bytes as Latin-1. */
const signatures: readonly (readonly [RegExp, string])[] = [
  [/^(?:ï»¿)?\s*#EXTM3U/, "a playlist (M3U or HLS), which only refers to other addresses"],
  [/^(?:ï»¿)?\s*(?:<\?xml[^>]*>\s*)?<MPD\b/, "a DASH manifest, which only refers to other addresses"],
  [/^(?:ï»¿)?\s*(?:<\?xml[^>]*>\s*)?<(?:asx|smil)\b/i, "a playlist, which only refers to other addresses"],
  [/^\[(?:playlist|Reference)\]/i, "a playlist, which only refers to other addresses"],
  [/^ffconcat version/, "an ffconcat script, which only refers to other files"],
  [/^v=0\r?\n/, "an SDP description, which only refers to other addresses"],
  [/^....moov....rmra/s, "a QuickTime reference movie, which only refers to other files"],
  [/^(?:ï»¿)?\s*(?:<!doctype html|<html)\b/i, "an HTML page"],
  [/^(?:ï»¿)?\s*<(?:\?xml|svg)\b/i, "an XML file"],
  [/^PK\W\W/, "a ZIP archive or an Office document"],
  [/^%PDF-/, "a PDF document"],
  [/^\xff\xd8\xff/, "a JPEG image"],
  [/^\x89PNG/, "a PNG image"],
  [/^GIF8[79]a/, "a GIF image"],
  [/^RIFF....WEBP/s, "a WebP image"],
  [/^(?:II\*\0|MM\0\*)/, "a TIFF image"],
  [/^....ftyp(?:hei[cmsx]|hev[cmsx]|mi[fa][12f]|msf1|avi[fs])/s, photo],
  [/^\0{2,3}(?!\0)\p{Cc}[\t'Gg@BF]/u, "a raw H.264 or HEVC stream, without a container"],
  [/^\p{Cc}\x8b\p{Cc}/u, "a gzip archive"],
  [/^7z\xbc\xaf/, "a 7z archive"],
  [/^Rar!/, "a RAR archive"],
  [/^.{257}ustar/s, "a tar archive"],
  [/^(?:\x7fELF|MZ)/, "a program"],
  [/^\0{512}/, "nothing but zeros at its beginning"],
  [/^[\t\n\r -~]{1,512}$/, "a text file"],
];

/** Beginnings of files of sound. */
const sounds: readonly (readonly [RegExp, string])[] = [
  [/^(?:RIFF|RF64)....WAVE/s, "a WAV sound"],
  [/^fLaC/, "a FLAC sound"],
  [/^(?:ID3|\xff[\xfb\xfa\xf3\xf2])/, "an MP3 sound"],
  [/^\xff[\xf0\xf1\xf8\xf9]/, "an AAC sound"],
  [/^FORM....AIF[FC]/s, "an AIFF sound"],
  [/^caff/, "a CAF sound"],
  [/^#!AMR/, "an AMR sound"],
  [/^\.snd/, "an AU sound"],
  [/^\vw/, "an AC-3 sound"],
  [/^\x7f\xfe\x80\p{Cc}/u, "a DTS sound"],
  [/^wvpk/, "a WavPack sound"],
  [/^MAC /, "a Monkey's Audio sound"],
  [/^MThd/, "a MIDI file"],
];

/** How much of a file's beginning tells what it is. */
export const signatureBytes = 512;

/** What a file that is no video looks like, such as `a ZIP archive`; undefined when nothing of it is known. */
export function looksLike(beginning: Buffer): string | undefined {
  return named(beginning, signatures);
}

/** Which kind of sound a file is, such as `an MP3 sound`; undefined when it is none that is known. */
export function soundsLike(beginning: Buffer): string | undefined {
  return named(beginning, sounds);
}

function named(beginning: Buffer, known: typeof signatures): string | undefined {
  const text = beginning.toString("latin1", 0, signatureBytes);
  return known.find(([pattern]) => pattern.test(text))?.[1];
}
