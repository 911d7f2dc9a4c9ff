import type { ManifestOutput } from "../../contract/manifest";

/** A file that was made of a video. */
export interface MadeFile extends Pick<ManifestOutput, "kind" | "key"> {
  /** Its path on this machine. */
  file: string;
  bytes?: number | undefined;
  /** Pixels. */
  width?: number | undefined;
  height?: number | undefined;
}

/** What became of one video; the line of `--json`. */
export interface VideoResult {
  video: string;
  key: string;
  /** All that the settings ask for was made. */
  ok: boolean;
  /** The path of the picture on this machine, or null. */
  thumbnail: string | null;
  /** All that was made, the thumbnail with it. */
  outputs: MadeFile[];
  /** The path of the file that names all outputs; null where the settings ask for thumbnails alone. */
  manifest: string | null;
  /** From the beginning of the upload to the files on this machine, or to the failure. */
  seconds: number;
  error: string | null;
}
