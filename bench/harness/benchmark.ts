/** What a benchmark is given. */
export interface BenchmarkOptions {
  /** Whether to run the other libraries too; false with `--no-peers`. */
  readonly peers: boolean;
  /** Threads for the engine and for the peers. */
  readonly threads: number;
  /** Says what is going on, on stderr, so that stdout keeps to the result. */
  readonly log: (message: string) => void;
}

/** What a benchmark found. */
export interface BenchmarkResult {
  /** The figures, as plain JSON data; `--json` prints them after the benchmark's name. */
  readonly row: Readonly<Record<string, unknown>>;
  /** The same figures for people, usually from `formatTable` or `stepTable`. */
  readonly table: string;
}

/** The default export of a file `bench/<name>.bench.ts`. */
export interface Benchmark {
  /** The same as in the file's name. */
  readonly name: string;
  /** One sentence: what is measured, on what shapes. */
  readonly describe: string;
  readonly run: (options: BenchmarkOptions) => Promise<BenchmarkResult>;
}

/** Whether an imported value has the form of a benchmark. */
export function isBenchmark(value: unknown): value is Benchmark {
  if (typeof value !== "object" || value === null) return false;
  const candidate: Partial<Record<keyof Benchmark, unknown>> = value;
  return (
    typeof candidate.name === "string" &&
    typeof candidate.describe === "string" &&
    typeof candidate.run === "function"
  );
}
