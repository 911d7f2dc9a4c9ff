import { shown } from "../../../../contract/shown";
import type { Setting } from "../../../messages";
import { Copy } from "../parts/Copy";
import { Words } from "../parts/Words";

/** A setting, its value, what it means, and when asked for what to type to change it. */
export function SettingEntry({ setting }: { setting: Setting }) {
  const { key, value, isDefault, meaning, command } = setting;
  return (
    <div class="setting">
      <dt>
        <span class="setting-key">{shown(key)}</span>
        {!isDefault && <span class="badge accent">changed</span>}
      </dt>
      <dd class="setting-value">
        {value === null || value === "" ? <span class="quiet">not set</span> : <code>{shown(value)}</code>}
      </dd>
      <dd class="setting-meaning">
        <p>
          <Words text={meaning} />
        </p>
        <details>
          <summary>
            Change<span class="visually-hidden"> {shown(key)}</span>
          </summary>
          <div class="setting-command">
            <pre>
              {command.split("\n").map((line) => (
                <span key={line}>{shown(line)}</span>
              ))}
            </pre>
            <Copy text={command} what={`what to type for ${key}`} />
          </div>
        </details>
      </dd>
    </div>
  );
}
