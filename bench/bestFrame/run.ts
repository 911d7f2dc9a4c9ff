import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { labelAt, shoot } from "./film";
import { filmsOf } from "./films";
import type { Row, ShownChoice } from "./page";
import { page, summary } from "./page";
import { choosers } from "./peers";

const outDirectory = path.join(__dirname, "../../out/bestFrame");

/** The worker's verdicts were made with the first ones in view; nobody looked at the others until they stood. */
const seeds = { seen: [1, 2], unseen: [201, 202, 203, 204] };

/**
 * Usage: npm run bench:best-frame [-- SEED …]. Makes films of many kinds of each seed, lets this project's worker and
 * others choose a picture of each, and shows them side by side on out/bestFrame/index.html.
 */
async function main(): Promise<void> {
  const given = process.argv.slice(2).map(Number);
  const sets = given.length > 0 ? { given } : seeds;
  await rm(outDirectory, { recursive: true, force: true });
  await mkdir(outDirectory, { recursive: true });
  const directory = await mkdtemp(path.join(tmpdir(), "best-frame-"));
  const all: Row[] = [];
  const words: string[] = [];
  try {
    for (const [name, numbers] of Object.entries(sets)) {
      const rows: Row[] = [];
      for (const seed of numbers) {
        for (const [i, film] of filmsOf(seed).entries()) {
          const file = path.join(directory, `film.${film.extension}`);
          await shoot(film, file);
          const choices: ShownChoice[] = [];
          for (const [j, chooser] of choosers.entries()) {
            const { png, seconds } = await chooser.choose(file);
            const picture = `${seed}-${i}-${j}.png`;
            await writeFile(path.join(outDirectory, picture), png);
            choices.push({ chooser: chooser.name, file: picture, seconds, label: labelAt(film, seconds) });
          }
          process.stderr.write(`${film.name}: ${choices.map(({ label }) => label).join(", ")}\n`);
          rows.push({ film: film.name, kind: film.kind, choices });
          await rm(file);
        }
      }
      words.push(`Seeds ${numbers.join(", ")} (${name}):\n\n${summary(rows)}`);
      all.push(...rows);
    }
  } finally {
    await rm(directory, { recursive: true });
  }
  await writeFile(path.join(outDirectory, "index.html"), page(all));
  await writeFile(path.join(outDirectory, "summary.md"), words.join("\n"));
  const poor = all.filter(({ choices }) => choices[0]?.label !== "good");
  for (const { film, choices } of poor)
    console.log(`${film}: ${choices[0]?.label} at ${choices[0]?.seconds} s`);
  console.log(`${words.join("\n")}\n${path.join(outDirectory, "index.html")}`);
}

void main();
