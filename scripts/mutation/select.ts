import { blockAround } from "./blocks.js";
import type { NumberedSource, TestCoverage } from "./coverage.js";
import type { Mutant } from "./sample.js";

/** Loading a test file and what it imports. */
const SECONDS_PER_FILE = 1;

/**
 * The tests that can notice a mutant, those that run least else first, as many as fit into the seconds given. A test that
 * runs the mutant's block itself comes before one whose file runs it outside its tests (while importing or making cases).
 */
export const selectTests = (
  { file, start }: Mutant,
  { blocks, first }: NumberedSource,
  tests: readonly TestCoverage[],
  seconds: number,
): TestCoverage[] => {
  const block = first + blockAround(blocks, start);
  const inFile = (other: number): boolean => other >= first && other < first + blocks.length;
  const folder = file.replace(/^src\//, "").split("/")[0] ?? "";
  const nearness = (test: TestCoverage): number => {
    if (test.blocks.includes(block)) return 0;
    if (test.blocks.some(inFile)) return 1;
    return test.file.includes(`/test/${folder}/`) ? 2 : 3;
  };
  const candidates = tests
    .filter((test) => test.blocks.includes(block) || test.around.includes(block))
    .map((test) => ({ test, near: nearness(test), size: test.blocks.length + test.around.length / 1e6 }))
    .sort((a, b) => a.near - b.near || a.size - b.size);
  const chosen: TestCoverage[] = [];
  const loaded = new Set<string>();
  let spent = 0;
  for (const { test } of candidates) {
    const cost = test.seconds + (loaded.has(test.file) ? 0 : SECONDS_PER_FILE);
    if (chosen.length > 0 && spent + cost > seconds) continue;
    spent += cost;
    loaded.add(test.file);
    chosen.push(test);
  }
  return chosen;
};
