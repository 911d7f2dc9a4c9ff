import { Key } from "../parts/Key";
import { ProblemText } from "../parts/Problem";
import { size } from "../parts/times";
import { hrefOf } from "../shell/route";
import { CardButtons } from "./CardButtons";
import { CardPicture } from "./CardPicture";
import { SendingLine, Steps } from "./Steps";
import type { Upload } from "./sending/upload";
import { isOfAll } from "./sending/uploads";

/** One file, from its drop until all is made of it. */
export function UploadCard({ upload }: { upload: Upload }) {
  const { key, file, state } = upload;
  const now = state.value;
  const isStored = now.step === "stored";
  return (
    <li class="upload-card">
      <CardPicture upload={upload} />
      <div class="upload-body">
        <p class="upload-name">
          {isStored ? (
            <a href={hrefOf({ view: "video", key })}>
              <Key text={key} />
            </a>
          ) : (
            <Key text={key} />
          )}{" "}
          <span class="quiet">{size(file.size)}</span>
        </p>
        {isStored ? <Steps upload={upload} storedAtMs={now.atMs} /> : <SendingLine upload={upload} />}
        {now.step === "stopped" && !isOfAll(now.problem) && <ProblemText problem={now.problem} />}
      </div>
      <CardButtons upload={upload} />
    </li>
  );
}
