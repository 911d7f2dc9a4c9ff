/** A finished file that is to be stored beside a video's thumbnail. */
export interface OutputFile {
  /** Its key's last part, such as `storyboard.vtt`. */
  readonly name: string;
  readonly kind: "rendition" | "storyboard-sheet" | "storyboard-vtt" | "storyboard-json" | "preview";
  readonly content: Buffer;
  readonly contentType: string;
  /** Pixels; of pictures alone. */
  readonly width?: number;
  readonly height?: number;
}
