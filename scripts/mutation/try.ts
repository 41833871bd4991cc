import type { TestCoverage } from "./coverage.js";
import type { Mutant } from "./sample.js";
import { edited, type Source } from "./source.js";
import { openTests, type TestRun } from "./tests.js";

export type Outcome =
  | { readonly verdict: "killed"; readonly by: string }
  | { readonly verdict: "survived" }
  | { readonly verdict: "not covered" };

/** What made the run fail, if anything did: a test, a file that cannot be loaded, a process that died or ran out of time. */
const failureIn = ({ modules, errors }: TestRun): string | undefined => {
  for (const module of modules) {
    for (const test of module.children.allTests("failed")) return test.fullName;
    if (module.errors().length > 0) return `loading ${module.relativeModuleId}`;
  }
  return errors.length > 0 ? "the end of the test process" : undefined;
};

/** Tries mutants one after another: the file's text is replaced on its way to the tests, never on disk. */
export const openTrials = async () => {
  let current: { readonly file: string; readonly text: string } | undefined;
  const all = await openTests((file) => (file === current?.file ? current.text : undefined), 1);
  const attempt = async (
    mutant: Mutant,
    source: Source,
    tests: readonly TestCoverage[],
  ): Promise<Outcome> => {
    if (tests.length === 0) return { verdict: "not covered" };
    current = { file: mutant.file, text: edited(source.text, [mutant]) };
    all.changed(mutant.file);
    try {
      for (const file of new Set(tests.map((test) => test.file))) {
        const inFile = tests.filter((test) => test.file === file);
        const seconds = inFile.reduce((sum, test) => sum + test.seconds, 0);
        process.env.MUTATION_CPU_SECONDS = String(Math.ceil(5 + 1.5 * seconds));
        const testIds = inFile.map(({ id }) => id);
        const by = failureIn(await all.run([all.project.createSpecification(file, { testIds })]));
        if (by !== undefined) return { verdict: "killed", by };
      }
      return { verdict: "survived" };
    } finally {
      current = undefined;
      all.changed(mutant.file);
    }
  };
  return { attempt, close: all.close };
};
