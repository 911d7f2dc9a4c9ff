/** Longer lines (an upload can make ffmpeg print one) are cut. */
const maxLineLength = 4096;

/** Turns chunks of a stream into its lines, without the empty ones; a carriage return too ends a line. */
export function splitLines(onLine: (line: string) => void): (chunk: Buffer) => void {
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk.toString("utf8")).split(/[\r\n]/);
    rest = (lines.pop() ?? "").slice(0, maxLineLength);
    for (const line of lines) if (line !== "") onLine(line.slice(0, maxLineLength));
  };
}
