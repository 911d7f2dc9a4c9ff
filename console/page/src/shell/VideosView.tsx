import { DropArea } from "../drop/DropArea";
import { Gallery } from "../gallery/Gallery";
import { stack } from "../server/stream";

/** Where videos are dropped, and where their thumbnails appear. */
export function VideosView() {
  return (
    <>
      <h1 class="visually-hidden">Videos</h1>
      {stack.value?.isReadOnly === false && <DropArea />}
      <Gallery />
    </>
  );
}
