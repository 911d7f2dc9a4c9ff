import { signal } from "@preact/signals";
import { getDroppedFiles } from "@uppy/utils";
import { stack } from "../server/stream";
import { takeFiles } from "./takeFiles";

/** Files are held over the page. */
export const isOver = signal(false);

const takesDrops = () => stack.value?.isReadOnly === false;
const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes("Files") === true;

// A file that is dropped beside a drop zone replaces the page: the whole window is one, in every view.
addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  if (event.dataTransfer) event.dataTransfer.dropEffect = takesDrops() ? "copy" : "none";
  isOver.value = takesDrops();
});
addEventListener("dragleave", ({ relatedTarget }) => {
  if (relatedTarget === null) isOver.value = false;
});
addEventListener("drop", (event) => {
  isOver.value = false;
  if (!hasFiles(event)) return;
  event.preventDefault();
  if (event.dataTransfer && takesDrops()) void takeDropped(event.dataTransfer);
});

async function takeDropped(transfer: DataTransfer): Promise<void> {
  location.hash = "#/";
  const files = await getDroppedFiles(transfer);
  await takeFiles(
    (files as (File & { relativePath?: string | null })[]).map((file) => ({
      file,
      path: (file.relativePath ?? file.name).replace(/^\/+/, ""),
    })),
  );
}
