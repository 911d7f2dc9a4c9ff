import yaml from "js-yaml";
import type { StateResource } from "./operation";
import { nameOf, StackState } from "./state";
import { isArchive } from "./wire/values";

/** What is random, or a hash of files that change all the time, and what stands for it in the listing. */
const blanks: readonly [RegExp, string][] = [
  [/\bsha256:[0-9a-f]{64}\b/g, "sha256:*"],
  [/\b[0-9a-f]{40}(-dirty)?\b/g, "*"],
  [/\b((?:vpc|subnet|igw|rtb|rtbassoc|r|vpce|sg)-)[0-9a-f]{17}\b/g, "$1*"],
  [/(-)[0-9a-f]{7}(?![0-9A-Za-z])/g, "$1*"],
];

/** All resources of a stack as text for people to compare: inputs, options, and what each waits for. */
export function listingOf(resources: readonly StateResource[]): string {
  const state = new StackState(resources);
  const listed = resources.filter(({ type }) => !type.startsWith("pulumi:"));
  const entries = listed.map((one) => [titleOf(one), described(one, state)] as const);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return yaml.dump(Object.fromEntries(sorted), { lineWidth: 120, noRefs: true, quotingType: '"' });
}

function titleOf(resource: StateResource): string {
  return `${resource.type} ${blanked(nameOf(resource))}`;
}

function described(resource: StateResource, state: StackState): Record<string, unknown> {
  const { inputs = {}, protect, retainOnDelete, deletedWith } = resource;
  const parent = state.parentOf(resource);
  const goesWith = state.resources.find(({ urn }) => urn === deletedWith);
  const waitsFor = state.dependenciesOf(resource).map(titleOf).sort();
  return {
    ...(parent !== undefined && !parent.type.startsWith("pulumi:") && { parent: titleOf(parent) }),
    ...(protect === true && { protect }),
    ...(retainOnDelete === true && { retainOnDelete }),
    ...(goesWith !== undefined && { deletedWith: titleOf(goesWith) }),
    ...(resource.custom && { inputs: readable(inputs) }),
    ...(waitsFor.length > 0 && { waitsFor }),
  };
}

/** Objects with sorted keys, JSON in texts as objects, archives by what is in them. */
function readable(value: unknown): unknown {
  if (typeof value === "string") return readableText(value);
  if (isArchive(value)) return { archive: contentsOf(value as { assets?: object }) };
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, readable(one)]));
}

function readableText(text: string): unknown {
  if (!/^[{[]/.test(text)) return blanked(text);
  try {
    return readable(JSON.parse(text));
  } catch {
    return blanked(text);
  }
}

/** The handler's file, and of the packages beside it those of AWS's clients, each of which brings many more. */
function contentsOf({ assets = {} }: { assets?: object }): string[] {
  const packages = Object.keys(assets).map(
    (file) => /^node_modules\/(@aws-sdk\/client-[^/]+)/.exec(file)?.[1] ?? file,
  );
  return [...new Set(packages)].filter((name) => !name.startsWith("node_modules/")).sort();
}

function blanked(text: string): string {
  return blanks.reduce((blank, [pattern, by]) => blank.replace(pattern, by), text);
}
