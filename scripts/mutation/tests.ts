import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  BaseSequencer,
  createVitest,
  type TestModule,
  type TestProject,
  type TestSpecification,
} from "vitest/node";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Tests of whole programs and whole studies: minutes each, and they run built files. */
const TOO_SLOW = [
  "test/cli/**",
  "test/studies/**",
  "test/bench/**",
  "test/docs/**",
  "test/figures/**",
  "test/report/**",
];

class AsGiven extends BaseSequencer {
  override sort = async (files: TestSpecification[]): Promise<TestSpecification[]> => files;
}

/** What came of one run: the test files that were run, and errors outside tests, such as the death of a process. */
export interface TestRun {
  readonly modules: readonly TestModule[];
  readonly errors: readonly unknown[];
}

export interface Tests {
  readonly project: TestProject;
  readonly all: () => Promise<readonly TestSpecification[]>;
  readonly run: (specifications: readonly TestSpecification[]) => Promise<TestRun>;
  /** Has a source read again. */
  readonly changed: (file: string) => void;
  readonly close: () => Promise<void>;
}

/**
 * Vitest, ready to run chosen tests again and again in one process. `sources` gives the text to be tested in the place of
 * a file's own, or undefined to leave it. A run ends after `bail` failures.
 */
export const openTests = async (sources: (file: string) => string | undefined, bail = 0): Promise<Tests> => {
  let latest: TestRun = { modules: [], errors: [] };
  const vitest = await createVitest(
    "test",
    {
      root,
      config: false,
      watch: false,
      include: ["test/**/*.test.ts"],
      exclude: [...TOO_SLOW, "test/examples.test.ts"],
      setupFiles: [fileURLToPath(new URL("probe.ts", import.meta.url))],
      testTimeout: 60_000,
      pool: "forks",
      maxWorkers: 1,
      bail,
      sequence: { sequencer: AsGiven },
      reporters: [
        {
          onTestRunEnd: (modules, errors) => {
            latest = { modules, errors };
          },
        },
      ],
    },
    {
      plugins: [
        {
          name: "mutation",
          enforce: "pre",
          transform: (_, id) => (id.startsWith(root) ? sources(id.slice(root.length)) : undefined),
        },
      ],
    },
  );
  await vitest.standalone();
  return {
    project: vitest.getRootProject(),
    all: () => vitest.globTestSpecifications(),
    run: async (specifications) => {
      latest = { modules: [], errors: ["the run did not end"] };
      await vitest.runTestSpecifications([...specifications]);
      return latest;
    },
    changed: (file) => vitest.invalidateFile(join(root, file)),
    close: () => vitest.close(),
  };
};
