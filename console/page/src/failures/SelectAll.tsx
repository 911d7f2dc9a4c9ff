import type { FailedVideo } from "../../../messages";
import { keysOf, select, selected } from "./selection";

/** Chooses all of some failed videos, or lets them go; undecided where some are chosen. */
export function SelectAll({ jobs, name }: { jobs: readonly FailedVideo[]; name: string }) {
  const keys = keysOf(jobs);
  const count = keys.filter((key) => selected.value.has(key)).length;
  return (
    <input
      type="checkbox"
      aria-label={name}
      disabled={keys.length === 0}
      checked={count > 0 && count === keys.length}
      indeterminate={count > 0 && count < keys.length}
      onChange={({ currentTarget }) => {
        select(keys, currentTarget.checked);
      }}
    />
  );
}
