import { useMemo, useState } from "preact/hooks";
import { thumbHashToDataURL } from "thumbhash";
import type { ThumbnailFacts, VideoSummary } from "../../../messages";
import { outputAddress } from "../parts/media";

interface PictureProps {
  readonly video: Pick<VideoSummary, "thumbnail" | "eTag">;
  readonly facts: ThumbnailFacts | undefined;
  readonly alt?: string;
}

/** A thumbnail, and until it is there the blurred picture or the colour that its ThumbHash tells. */
export function Picture({ video, facts, alt = "" }: PictureProps) {
  const address = outputAddress(video.thumbnail, video.eTag);
  const [shownAddress, setShown] = useState("");
  const [failedAddress, setFailed] = useState("");
  const { thumbHash = null, dominantColor = null } = facts ?? {};
  const placeholder = useMemo(() => (thumbHash === null ? undefined : blurred(thumbHash)), [thumbHash]);
  return (
    <span
      class="picture"
      style={{
        backgroundColor: dominantColor ?? undefined,
        backgroundImage:
          placeholder === undefined || shownAddress === address ? undefined : `url(${placeholder})`,
      }}
    >
      {failedAddress === address ? (
        <span class="picture-missing">The picture can not be shown.</span>
      ) : (
        <img
          src={address}
          alt={alt}
          decoding="async"
          class={shownAddress === address ? "is-shown" : ""}
          onLoad={() => {
            setShown(address);
          }}
          onError={() => {
            setFailed(address);
          }}
        />
      )}
    </span>
  );
}

/** Undefined of what is no ThumbHash. */
function blurred(base64: string): string | undefined {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
