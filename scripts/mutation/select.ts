import { dirname } from "node:path";
import { blockAround } from "./blocks.js";
import type { NumberedSource, TestCoverage } from "./coverage.js";
import type { Mutant } from "./sample.js";

/** Loading a test file and what it imports. */
const SECONDS_PER_FILE = 1;

/** How many folders a source and a test have in common: tests lie under `test/` where their sources lie under `src/`. */
const commonFolders = (source: string, test: string): number => {
  const folders = dirname(test.replace(/^.*\/test\//, "")).split("/");
  const wanted = dirname(source.replace(/^src\//, "")).split("/");
  const parting = wanted.findIndex((folder, i) => folder !== folders[i]);
  return parting < 0 ? wanted.length : parting;
};

/**
 * The tests that can notice a mutant, the likeliest first, as many as fit into the seconds given. A test that runs the mutant's
 * block itself comes before one whose file runs it outside its tests (while importing or making cases); of the former
 * those that run least else come first; of the latter those that run anything of the mutant's file, one of each test file in turn,
 * those of the same folder first. They get a third of the time.
 */
export const selectTests = (
  { file, start }: Mutant,
  { blocks, first }: NumberedSource,
  tests: readonly TestCoverage[],
  seconds: number,
): TestCoverage[] => {
  const block = first + blockAround(blocks, start);
  const runsFile = ({ blocks: run }: TestCoverage) =>
    run.some((other) => other >= first && other < first + blocks.length);
  const bySize = [...tests].sort((a, b) => a.blocks.length - b.blocks.length);
  const direct = bySize.filter((test) => test.blocks.includes(block));
  const seen = new Map<string, number>();
  const around = bySize
    .filter((test) => !test.blocks.includes(block) && test.around.includes(block))
    .map((test) => {
      const turn = seen.get(test.file) ?? 0;
      seen.set(test.file, turn + 1);
      return { test, turn, runs: Number(runsFile(test)), near: commonFolders(file, test.file) };
    })
    .sort((a, b) => b.runs - a.runs || a.turn - b.turn || b.near - a.near)
    .map(({ test }) => test);
  const chosen = new Set<TestCoverage>();
  const loaded = new Set<string>();
  let spent = 0;
  const choose = (candidates: readonly TestCoverage[], limit: number): void => {
    for (const test of candidates) {
      const cost = test.seconds + (loaded.has(test.file) ? 0 : SECONDS_PER_FILE);
      if (chosen.has(test) || (chosen.size > 0 && spent + cost > limit)) continue;
      spent += cost;
      loaded.add(test.file);
      chosen.add(test);
    }
  };
  choose(direct, (2 / 3) * seconds);
  choose(around, seconds);
  choose(direct, seconds);
  return [...chosen];
};
