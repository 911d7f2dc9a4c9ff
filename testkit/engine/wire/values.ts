import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** The inputs or outputs of a resource as they stand on the wire, in plain JavaScript. */
export type Properties = Record<string, unknown>;

/** What stands for a text that a preview cannot know. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * What stands for a value that a preview cannot know: of a boolean, a number, a text, a list, an asset, an archive and
 * an object.
 * https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/resource/plugin/rpc.go
 */
const unknowns = new Set<unknown>([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  unknownText,
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** The key under which an object says what it is, and what an archive says there. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";

export function isUnknown(value: unknown): boolean {
  return unknowns.has(value);
}

/** Whether a value, or anything in it, is unknown. */
export function holdsUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isUnknown(value);
  return Object.values(value).some(holdsUnknown);
}

export function isArchive(value: unknown): value is { hash?: string } {
  return (
    typeof value === "object" && value !== null && (value as Properties)[signatureKey] === archiveSignature
  );
}

/** A value as one text, in which equal values are equal; an archive is its hash. */
export function asText(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => {
    if (isArchive(one)) return { archive: one.hash };
    if (typeof one !== "object" || one === null || Array.isArray(one)) return one;
    return Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

export function fromWire(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}

export function toWire(properties: Properties): Struct {
  const present = Object.entries(properties).filter(([, value]) => value !== undefined);
  return Struct.fromJavaScript(Object.fromEntries(present) as Record<string, JavaScriptValue>);
}
