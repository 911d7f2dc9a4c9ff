/** The long fuzz campaign, or one case of it again. Ends with 1 when anything happened that must not. */
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { readOptions } from "../../../scripts/options";
import type { Case } from "./campaign";
import { Fuzzer, makeCase } from "./campaign";
import { makeVideos } from "./containers";
import { Summary } from "./summary";

const jobLimitSeconds = 60;

const usage = `Usage: npm run fuzz -- [--seed N] [--count M] [--seconds S]
       npm run fuzz -- --seed N --case I [--write FILE]    one case again`;

const values = readOptions(usage, {
  seed: { type: "string", default: "1" },
  count: { type: "string", default: "1000" },
  seconds: { type: "string", default: "3600" },
  case: { type: "string" },
  write: { type: "string" },
});

async function main(): Promise<void> {
  const seed = Number(values.seed);
  const videos = await makeVideos();
  const fuzzer = await Fuzzer.start(jobLimitSeconds);
  const summary = new Summary();
  let anomalies = 0;
  const work = async (fuzzed: Case) => {
    const result = await fuzzer.run(fuzzed);
    summary.add(fuzzed, result);
    if (result.anomaly === undefined) return result;
    anomalies++;
    console.log(`--seed ${seed} --case ${fuzzed.number} (${describe(fuzzed)}): ${result.anomaly}`);
    return result;
  };

  if (values.case !== undefined) {
    const fuzzed = makeCase(seed, Number(values.case), videos);
    if (values.write !== undefined) await writeFile(values.write, fuzzed.content);
    console.log(describe(fuzzed), await work(fuzzed));
  } else {
    const endsAt = performance.now() + Number(values.seconds) * 1000;
    let next = 0;
    const lane = async () => {
      while (next < Number(values.count) && performance.now() < endsAt)
        await work(makeCase(seed, next++, videos));
    };
    await Promise.all(Array.from({ length: availableParallelism() }, lane));
    console.log(`seed ${seed}\n${summary.toString()}`);
  }
  await fuzzer.stop();
  process.exitCode = anomalies > 0 ? 1 : 0;
}

function describe({ container, mutations, timestamp, content }: Case): string {
  return `${container}, ${mutations.join(" and ")}, at ${timestamp}, ${content.length} bytes`;
}

void main();
