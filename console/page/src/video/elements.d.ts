import type { ComponentChildren, HTMLAttributes } from "preact";

type Attributes = HTMLAttributes & { children?: ComponentChildren };

/** Media Chrome's elements, which are used as they are. */
declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "media-controller": Attributes;
      "media-control-bar": Attributes;
      "media-play-button": Attributes;
      "media-time-range": Attributes;
      "media-time-display": Attributes & { showduration?: boolean };
      "media-mute-button": Attributes;
      "media-playback-rate-button": Attributes;
      "media-fullscreen-button": Attributes;
    }
  }
}
