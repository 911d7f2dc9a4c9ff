import type { ManifestFrame } from "../../../../contract/manifest";
import { shown } from "../../../../contract/shown";
import type { StoryboardFacts } from "../../../messages";
import { Tile } from "../gallery/Tile";
import { clock } from "../parts/times";

interface RunnersUpProps {
  readonly choice: NonNullable<ManifestFrame["choice"]>;
  readonly board: StoryboardFacts | undefined;
  readonly eTag: string;
  readonly onSeconds: (seconds: number) => void;
}

/** So many of those that came next are worth a look. */
const shownFrames = 8;

/** The frames that the automatic choice has judged best after the one that it took. */
export function RunnersUp({ choice, board, eTag, onSeconds }: RunnersUpProps) {
  const frames = choice.runnersUp.slice(0, shownFrames);
  if (frames.length === 0) return null;
  return (
    <section aria-labelledby="runners-up">
      <h2 id="runners-up">Also judged</h2>
      <ul class="runners-up">
        {frames.map(({ timestampSeconds, score, verdicts }) => (
          <li key={timestampSeconds}>
            <button
              type="button"
              onClick={() => {
                onSeconds(timestampSeconds);
              }}
            >
              {board !== undefined && <Tile board={board} seconds={timestampSeconds} eTag={eTag} />}
              <span>
                {clock(timestampSeconds, { ms: true })}
                <span class="quiet"> · {Math.round(score * 100)} of 100</span>
              </span>
              {verdicts.length > 0 && <span class="quiet">{verdicts.map(shown).join(", ")}</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
