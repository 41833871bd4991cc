import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { TestModule } from "vitest/node";
import { type Block, blocksOf, counted } from "./blocks.js";
import type { Source } from "./source.js";
import { openTests } from "./tests.js";

/** What one test runs. Blocks are numbered through all sources. */
export interface TestCoverage {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly seconds: number;
  readonly passed: boolean;
  readonly blocks: readonly number[];
  /** Blocks that run outside the tests of its file, among them those of importing. */
  readonly around: readonly number[];
}

/** The blocks of a source; `first` is the number of the first of them among those of all sources. */
export interface NumberedSource {
  readonly source: Source;
  readonly blocks: readonly Block[];
  readonly first: number;
}

export const numberBlocks = (sources: readonly Source[]): Map<string, NumberedSource> => {
  let first = 0;
  const all = new Map<string, NumberedSource>();
  for (const source of sources) {
    const blocks = blocksOf(source);
    all.set(source.file, { source, blocks, first });
    first += blocks.length;
  }
  return all;
};

const coverageOf = (module: TestModule): TestCoverage[] => {
  const tests = [...module.children.allTests()].filter((test) => test.result().state !== "skipped");
  const around = [...new Set(tests.flatMap((test) => test.meta().before ?? []))];
  return tests.map((test) => ({
    id: test.id,
    name: test.fullName,
    file: module.moduleId,
    seconds: (test.diagnostic()?.duration ?? 0) / 1000,
    passed: test.ok(),
    blocks: test.meta().blocks ?? [],
    around,
  }));
};

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

type Kept = Record<string, readonly TestCoverage[]>;

/** Runs every test file whose coverage is not in the file `kept` yet, and gives what each test runs. */
export const gatherCoverage = async (
  files: ReadonlyMap<string, NumberedSource>,
  path: string,
): Promise<TestCoverage[]> => {
  const kept: Kept = await readFile(path, "utf8").then(JSON.parse, () => ({}));
  const sources = hash([...files.values()].map(({ source }) => source.text).join("\0"));
  const key = (file: string): string => hash(`${sources} ${file} ${readFileSync(file, "utf8")}`);
  process.env.MUTATION_COVERAGE = "1";
  const all = await openTests((file) => {
    const found = files.get(file);
    return found && counted(found.source, found.blocks, found.first);
  });
  const specifications = await all.all();
  const missing = specifications.filter(({ moduleId }) => kept[key(moduleId)] === undefined);
  if (missing.length > 0) {
    console.log(`what each test runs: ${missing.length} test files`);
    const { modules } = await all.run(missing);
    for (const module of modules) kept[key(module.moduleId)] = coverageOf(module);
  }
  const tests = specifications.flatMap(({ moduleId }) => kept[key(moduleId)] ?? []);
  await all.close();
  delete process.env.MUTATION_COVERAGE;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify(kept));
  for (const { name, file } of tests.filter(({ passed }) => !passed)) {
    console.log(`left out, as it fails without any mistake: ${name} (${file})`);
  }
  return tests.filter(({ passed }) => passed);
};
