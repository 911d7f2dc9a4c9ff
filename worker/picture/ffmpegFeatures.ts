import type { Allowance } from "../child/allowance";
import { runChild } from "../child/childProcess";

export interface Feature {
  readonly kind: "filter" | "encoder" | "decoder";
  readonly name: string;
}

/** What ffmpeg says of a kind that it does not have. */
const kinds: Readonly<Record<string, Feature["kind"]>> = {
  "No such filter": "filter",
  "Unknown encoder": "encoder",
  "Unknown decoder": "decoder",
};

/** What a message of ffmpeg's says it is built without. An upload can have it print that too. */
export function missingFeature(message: string): Feature | undefined {
  const [, what, name] =
    /^(?:\[[^\]]*\] )*(No such filter|Unknown encoder|Unknown decoder):? '([\w-]+)'/.exec(message) ?? [];
  if (what === undefined || name === undefined) return undefined;
  return { kind: kinds[what] ?? "filter", name };
}

/** Whether ffmpeg is built without it, by its own word: no upload is read. */
export async function isMissing(
  { kind, name }: Feature,
  allowance: Allowance,
  signal: AbortSignal,
): Promise<boolean> {
  const args = ["-hide_banner", "-v", "error", "-h", `${kind}=${name}`];
  const { stdout } = await runChild("ffmpeg", args, allowance, signal, { output: { maxBytes: 1024 * 1024 } });
  return !new RegExp(`^${kind} ${name}\\b`, "im").test(stdout.toString());
}
