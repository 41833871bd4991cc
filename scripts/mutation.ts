import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gatherCoverage, numberBlocks } from "./mutation/coverage.js";
import { folders, type Mutant, sampleMutants, sourcesIn } from "./mutation/sample.js";
import { selectTests } from "./mutation/select.js";
import { root } from "./mutation/tests.js";
import { type Outcome, openTrials } from "./mutation/try.js";

/**
 * Makes single small mistakes in the source and counts how many of them make a test fail; see docs/mutation.md.
 *
 *     npm run mutation -- --sample 300 --seed 1     a sample, and what survived
 *     npm run mutation -- --seed 1 --again          only those that survived the last time, with the tests as they are now
 *     npm run mutation -- --only theory,data/csv    a sample of mistakes in these folders and files of src alone
 *
 * A run that was cut short goes on where it was. What came out is kept in runs/mutation.
 */
const { values: options } = parseArgs({
  options: {
    sample: { type: "string", default: "300" },
    seed: { type: "string", default: "1" },
    /** Seconds of tests per mutant: of the tests that run a mutant, the most specific that fit. */
    seconds: { type: "string", default: "15" },
    again: { type: "boolean", default: false },
    /** Folders and files of src, separated by commas: the sample is of their mistakes alone. */
    only: { type: "string", default: "" },
  },
});

type Result = Mutant & Outcome & { readonly seconds: number };

const folder = join(root, "runs/mutation");
const only = options.only.split(",").map((path) => `src/${path}`);
const name = ["sample", options.sample, "seed", options.seed, ...options.only.split(/[,/]/)];
const path = join(folder, `${name.filter((part) => part !== "").join("-")}.jsonl`);
const describe = ({ file, line, kind, original, text }: Mutant): string =>
  `${file}:${line}  ${kind}: ${original.replace(/\s+/g, " ")} → ${text.replace(/\s+/g, " ")}`;
const same = (a: Mutant, b: Mutant): boolean =>
  a.file === b.file &&
  a.start === b.start &&
  a.end === b.end &&
  a.text === b.text &&
  a.original === b.original;

const files = numberBlocks(folders.flatMap(sourcesIn));
const mutants = sampleMutants(Number(options.sample), Number(options.seed), (file) =>
  only.some((start) => file.startsWith(start)),
);
await mkdir(folder, { recursive: true });
const earlier = (await readFile(path, "utf8").catch(() => ""))
  .split("\n")
  .filter((line) => line !== "")
  .map((line): Result => JSON.parse(line));
const results = earlier.filter(
  (result) =>
    mutants.some((mutant) => same(mutant, result)) && (!options.again || result.verdict === "killed"),
);
await writeFile(path, results.map((result) => `${JSON.stringify(result)}\n`).join(""));
const open = mutants.filter((mutant) => !results.some((result) => same(mutant, result)));

const tests = await gatherCoverage(files, join(folder, "coverage.json"));
const trials = await openTrials();
for (const [i, mutant] of open.entries()) {
  const source = files.get(mutant.file);
  if (source === undefined) throw new Error(`${mutant.file} is not among the sources`);
  const start = performance.now();
  const chosen = selectTests(mutant, source, tests, Number(options.seconds));
  const outcome = await trials.attempt(mutant, source.source, chosen);
  const result: Result = { ...mutant, ...outcome, seconds: (performance.now() - start) / 1000 };
  results.push(result);
  await appendFile(path, `${JSON.stringify(result)}\n`);
  console.log(
    `${i + 1}/${open.length} ${result.verdict} in ${result.seconds.toFixed(1)} s  ${describe(mutant)}`,
  );
}
await trials.close();

const isKilled = ({ verdict }: Result): boolean => verdict === "killed";
const row = (name: string, of: readonly Result[]): string => {
  const killed = of.filter(isKilled).length;
  return `| ${name} | ${of.length} | ${killed} | ${((100 * killed) / of.length).toFixed(1)} % |`;
};
console.log("\n| folder | mutants | killed | score |\n| --- | --- | --- | --- |");
for (const name of folders) {
  const inFolder = results.filter((result) => result.folder === name);
  if (inFolder.length > 0) console.log(row(name, inFolder));
}
console.log(row("all", results));
console.log("\nsurvived:");
for (const result of results.filter((each) => !isKilled(each))) {
  console.log(`- ${describe(result)}${result.verdict === "not covered" ? " (no test runs it)" : ""}`);
}
