import { useId } from "preact/hooks";
import { ProblemText } from "../parts/Problem";
import { stack } from "../server/stream";
import "./drop.css";
import { isOver } from "./dropping";
import { Interrupted } from "./Interrupted";
import { LeftOutNotice } from "./LeftOutNotice";
import { PrefixField } from "./PrefixField";
import { ReplaceDialog } from "./ReplaceDialog";
import { lookedFor, takeFiles, takingProblem } from "./takeFiles";
import { UploadList } from "./UploadList";

/** So many names take a while to look for. */
const many = 100;

/** Where videos are dropped and chosen, and what becomes of them. */
export function DropArea() {
  const problem = takingProblem.value;
  return (
    <section class="drop" aria-label="Upload">
      <div class={`drop-zone ${isOver.value ? "is-over" : ""}`}>
        <div class="drop-words">
          <p class="drop-title">{isOver.value ? "Let go to upload" : "Drop videos here"}</p>
          <p class="quiet">
            Files or folders, anywhere on this page. <Endings />
          </p>
        </div>
        <div class="drop-controls">
          <PrefixField />
          <Choose name="Choose videos" />
          <Choose name="Choose a folder" isFolder />
        </div>
      </div>
      <div role="status">
        {lookedFor.value > many && (
          <p class="quiet">
            Looking which of {lookedFor.value.toLocaleString("en")} videos the bucket has already …
          </p>
        )}
      </div>
      {problem && <ProblemText problem={problem} />}
      <LeftOutNotice />
      <Interrupted />
      <UploadList />
      <ReplaceDialog />
    </section>
  );
}

function Endings() {
  const endings = new Set(stack.value?.videoSuffixes.map((suffix) => suffix.toLowerCase()));
  return <>Videos end with {[...endings].join(", ")}.</>;
}

/** A button that opens the browser's own dialog; the input of it can not be drawn. */
function Choose({ name, isFolder = false }: { name: string; isFolder?: boolean }) {
  const id = useId();
  return (
    <span class="drop-choose">
      <input
        {...{ id, type: "file", multiple: true, class: "visually-hidden-input" }}
        {...(isFolder && { webkitdirectory: true })}
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          currentTarget.value = "";
          void takeFiles(files.map((file) => ({ file, path: file.webkitRelativePath || file.name })));
        }}
      />
      <label for={id} class={isFolder ? "button" : "button primary"}>
        {name}
      </label>
    </span>
  );
}
