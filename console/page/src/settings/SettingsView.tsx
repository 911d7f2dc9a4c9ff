import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { shown } from "../../../../contract/shown";
import type { Problem, Setting } from "../../../messages";
import { counted } from "../parts/counted";
import { ProblemText } from "../parts/Problem";
import { SearchField } from "../parts/SearchField";
import { get, problemOf } from "../server/api";
import { SettingEntry } from "./SettingEntry";
import { found, sectionsOf } from "./sections";
import "./settings.css";

/** As they were told last: what is known is shown while it is asked for anew. */
const settings = signal<readonly Setting[] | undefined>(undefined);

/** The stack's settings as they are, each with what it means and what to type to change it. */
export function SettingsView() {
  const problem = useSignal<Problem | undefined>(undefined);
  useEffect(() => {
    get<readonly Setting[]>("/api/settings").then(
      (told) => (settings.value = told),
      (error: unknown) => (problem.value = problemOf(error)),
    );
  }, []);
  return (
    <div class="settings">
      <div class="view-head">
        <h1>Settings</h1>
      </div>
      {problem.value !== undefined && <ProblemText problem={problem.value} />}
      {settings.value !== undefined ? (
        <Known all={settings.value} />
      ) : (
        problem.value === undefined && <Loading />
      )}
    </div>
  );
}

function Loading() {
  return (
    <div class="stack" aria-busy="true">
      <p class="visually-hidden">Reading the settings …</p>
      <div class="skeleton setting-skeleton" />
      <div class="skeleton setting-skeleton" />
    </div>
  );
}

function Known({ all }: { all: readonly Setting[] }) {
  const search = useSignal("");
  const isChangedOnly = useSignal(false);
  if (all.length === 0)
    return (
      <div class="card">
        <h2>Not known</h2>
        <p>
          Only the console&apos;s own local run, and a stack that is named with <code>--stack</code>, tell
          their settings. Options that stand for a stack, and a local run that another terminal keeps up, do
          not.
        </p>
      </div>
    );
  const matching = found(all, search.value).filter(({ isDefault }) => !isChangedOnly.value || !isDefault);
  return (
    <>
      <div class="settings-bar">
        <SearchField label="Search the settings" text={search} />
        <label class="check">
          <input
            type="checkbox"
            checked={isChangedOnly.value}
            onChange={({ currentTarget }) => (isChangedOnly.value = currentTarget.checked)}
          />
          Changed only
        </label>
        <p class="quiet small-text" role="status">
          {counted(matching.length, "setting")}
        </p>
      </div>
      {matching.length === 0 && (
        <p>
          {search.value === "" ? "All are as they come." : `No setting has “${shown(search.value)}” in it.`}
        </p>
      )}
      <div class="settings-sections">
        {sectionsOf(matching).map((section) => (
          <section key={section.name} class="card" aria-label={section.name}>
            <h2>{section.name}</h2>
            <dl>
              {section.settings.map((setting) => (
                <SettingEntry key={setting.key} setting={setting} />
              ))}
            </dl>
          </section>
        ))}
      </div>
    </>
  );
}
