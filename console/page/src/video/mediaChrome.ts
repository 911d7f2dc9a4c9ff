import {
  MediaContainer,
  MediaControlBar,
  MediaGestureReceiver,
  MediaLoadingIndicator,
  MediaTimeDisplay,
  MediaTimeRange,
  MediaTooltip,
  MediaPlayButton,
  MediaPreviewThumbnail,
  MediaPreviewTimeDisplay,
} from "media-chrome";

/** A class whose elements' shadow roots are made of this text. */
interface Templated {
  getTemplateHTML?: (...args: unknown[]) => string;
}

/**
 * Fits Media Chrome's elements to this page. They are styled by `<style>` in their shadow roots: each is given the page's
 * nonce, without which its Content-Security-Policy lets none of them be. And the picture over the time line asks the bucket
 * for leave to be read (CORS), which a picture that is only shown does not need, and a bucket does not give.
 */
function fit(nonce: string): void {
  const templated = new Set<Templated>();
  for (const element of [
    MediaContainer,
    MediaControlBar,
    MediaGestureReceiver,
    MediaLoadingIndicator,
    MediaPlayButton,
    MediaPreviewThumbnail,
    MediaPreviewTimeDisplay,
    MediaTimeDisplay,
    MediaTimeRange,
    MediaTooltip,
  ]) {
    // The text is that of a class or of one that it extends.
    let owner: unknown = element;
    while (typeof owner === "function") {
      if (Object.hasOwn(owner, "getTemplateHTML")) templated.add(owner as Templated);
      owner = Object.getPrototypeOf(owner);
    }
  }
  for (const element of templated) {
    const made = element.getTemplateHTML;
    if (made === undefined) continue;
    element.getTemplateHTML = function (...args) {
      return made
        .apply(this, args)
        .replaceAll("<style>", `<style nonce="${nonce}">`)
        .replaceAll("<img crossorigin ", "<img ");
    };
  }
}

fit(document.querySelector<HTMLElement>("meta[property=csp-nonce]")?.nonce ?? "");
