/**
 * What a terminal obeys, or shows as nothing or as blank: control and format characters (those that turn the direction
 * of writing among them), halves of characters, line separators, and every space but the usual one. Joiners and
 * variation selectors are parts of what scripts and emoji look like.
 */
const unsafe = String.raw`(?![\p{Join_Control}\p{Variation_Selector} ])[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]`;
const unsafeCharacter = new RegExp(unsafe, "gu");
/** Enough spaces push what follows them into the next line of a terminal, where it looks like a line of its own. */
const unsafeText = new RegExp(`${unsafe}|  +`, "gu");

/**
 * Text that others have made (a key, a reason, a message), as a person may see it: on one line, with each character that
 * a terminal would obey or hide made visible (`␊` of a new line, `\u{202e}`), and so runs of spaces (`␠␠`).
 */
export function shown(text: string): string {
  return text.replaceAll(unsafeText, (found) =>
    found.startsWith(" ") ? "␠".repeat(found.length) : visible(found),
  );
}

/** A line of ours, as {@link shown}, with the spaces that it is set out with. */
export function shownLine(line: string): string {
  return line.replaceAll(unsafeCharacter, visible);
}

/** JSON on one line that a terminal shows as it is: what it would obey or hide is escaped, so that it reads back the same. */
export function shownJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(unsafeCharacter, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/** A character by its picture, if it has one (https://www.unicode.org/charts/PDF/U2400.pdf), or by its number. */
function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === "\n") return "␊";
  if (character === "\r") return "␍";
  if (character === "\t") return "␉";
  return `\\u{${code.toString(16)}}`;
}

/** The characters of a text that are not to be seen as they are, each with what stands for it. */
export function replaceUnsafe(text: string, replace: (character: string) => string): string {
  return text.replaceAll(unsafeText, (found) => Array.from(found, replace).join(""));
}
