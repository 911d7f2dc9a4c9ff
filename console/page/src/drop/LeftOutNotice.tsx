import { Key } from "../parts/Key";
import { leftOut, type LeftOut } from "./takeFiles";

const namesShown = 3;

/** What of the last files is not uploaded, and why. */
export function LeftOutNotice() {
  const left = leftOut.value;
  return (
    <div role="status">
      {left.length > 0 && (
        <div class="drop-notice">
          <div>
            {left.map((one) => (
              <p key={one.because}>
                <Line {...one} />
              </p>
            ))}
          </div>
          <button type="button" onClick={() => (leftOut.value = [])}>
            Dismiss
          </button>
        </div>
      )}
    </div>
  );
}

function Line({ because, names }: LeftOut) {
  const more = names.length - namesShown;
  return (
    <>
      {names.length === 1 ? "1 file was left out, which is " : `${names.length} files were left out, which are `}
      {names.length === 1 ? because.replace("no videos by their names", "no video by its name") : because}:{" "}
      {names.slice(0, namesShown).map((name, index) => (
        <>
          {index > 0 && ", "}
          <Key text={name} />
        </>
      ))}
      {more > 0 && ` and ${more} more`}.
    </>
  );
}
