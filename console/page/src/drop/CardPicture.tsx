import { outputAddress } from "../parts/media";
import { videos } from "../server/stream";
import type { Upload } from "./sending/upload";

/** The thumbnail, as soon as it is there: the one of this upload, and not one that it replaces. */
export function CardPicture({ upload }: { upload: Upload }) {
  const phase = upload.progress.value?.phase;
  const isThere = phase === "frame" || phase === "extras" || phase === "done";
  const told = isThere ? videos.value : undefined;
  const video = told && "value" in told ? told.value.get(upload.key) : undefined;
  return (
    <div class="upload-picture">
      {video && <img src={outputAddress(video.thumbnail, video.eTag)} alt="" />}
    </div>
  );
}
