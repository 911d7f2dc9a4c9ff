import type { ComponentChildren, HTMLAttributes } from "preact";

type ElementAttributes = HTMLAttributes & { children?: ComponentChildren };

/** Media Chrome's elements, which are used as they are. */
declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "media-controller": ElementAttributes;
      "media-control-bar": ElementAttributes;
      "media-play-button": ElementAttributes & { notooltip?: boolean };
      "media-time-range": ElementAttributes;
      "media-time-display": ElementAttributes & { showduration?: boolean; notoggle?: boolean };
      "media-mute-button": ElementAttributes;
      "media-fullscreen-button": ElementAttributes;
    }
  }
}
