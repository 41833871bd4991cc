import { readdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { SteepestError } from "../../src/errors.js";
import { type Benchmark, type BenchmarkOptions, isBenchmark } from "./benchmark.js";

const SUFFIX = ".bench.ts";

const USAGE = `Usage: npm run bench [name...] -- [options]

Runs the named benchmarks, or all of them.

  --json         one JSON line on stdout: an object for one benchmark, else an array
  --no-peers     leave the other libraries out
  --threads <n>  threads for the engine and the peers (default: the machine's processors)
  --list         name and describe the benchmarks
  --help         this text`;

/** Where a command writes: results to `out`, progress and errors to `err`. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

interface Settings {
  readonly names: readonly string[];
  readonly json: boolean;
  readonly peers: boolean;
  readonly threads: number;
  readonly list: boolean;
  readonly help: boolean;
}

function settingsOf(args: readonly string[]): Settings {
  const { values, positionals } = (() => {
    try {
      return parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
          json: { type: "boolean", default: false },
          "no-peers": { type: "boolean", default: false },
          threads: { type: "string" },
          list: { type: "boolean", default: false },
          help: { type: "boolean", default: false },
        },
      });
    } catch (error) {
      throw new SteepestError(error instanceof Error ? error.message : String(error));
    }
  })();
  const threads = Number(values.threads ?? availableParallelism());
  if (!Number.isInteger(threads) || threads < 1) {
    throw new SteepestError(`--threads ${values.threads}: expected a whole number of at least 1`);
  }
  return {
    names: positionals,
    json: values.json,
    peers: !values["no-peers"],
    threads,
    list: values.list,
    help: values.help,
  };
}

/** The names of the benchmarks in a folder, those with a file `<name>.bench.ts`. */
async function namesIn(folder: string): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

async function load(folder: string, name: string): Promise<Benchmark> {
  const path = `${folder}/${name}${SUFFIX}`;
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href);
  if (!isBenchmark(module.default)) {
    throw new SteepestError(`${path}: expected a default export { name, describe, run }`);
  }
  return module.default;
}

/** A figure to six significant digits: what lies below is noise. */
const rounded = (_: string, value: unknown) =>
  typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;

async function runAll(benchmarks: readonly Benchmark[], settings: Settings, { out, err }: Streams) {
  const options: BenchmarkOptions = {
    peers: settings.peers,
    threads: settings.threads,
    log: (message) => err(`${message}\n`),
  };
  const rows: object[] = [];
  for (const { name, describe, run } of benchmarks) {
    err(`${name}: ${describe}\n`);
    const { row, table } = await run(options);
    rows.push({ name, ...row });
    if (!settings.json) out(`${table}\n\n`);
  }
  if (settings.json) out(`${JSON.stringify(rows.length === 1 ? rows[0] : rows, rounded)}\n`);
}

/**
 * The command `npm run bench`: runs benchmarks of a folder and returns the exit code: 0; 2 for a wrong command line,
 * with one line of error; 1 for a benchmark that failed.
 */
export async function benchCommand(
  args: readonly string[],
  folder: string,
  streams: Streams,
): Promise<number> {
  const { out, err } = streams;
  try {
    const settings = settingsOf(args);
    if (settings.help) {
      out(`${USAGE}\n`);
      return 0;
    }
    const known = await namesIn(folder);
    const unknown = settings.names.find((name) => !known.includes(name));
    if (unknown !== undefined) {
      throw new SteepestError(`no benchmark "${unknown}"; there are: ${known.join(", ")}`);
    }
    const names = settings.names.length ? settings.names : known;
    const benchmarks = await Promise.all(names.map((name) => load(folder, name)));
    if (settings.list) {
      out(benchmarks.map(({ name, describe }) => `${name}: ${describe}\n`).join(""));
      return 0;
    }
    return await runAll(benchmarks, settings, streams).then(
      () => 0,
      (error: unknown) => {
        const told = error instanceof SteepestError ? error.message : error instanceof Error && error.stack;
        err(`bench failed: ${told || String(error)}\n`);
        return 1;
      },
    );
  } catch (error) {
    if (!(error instanceof SteepestError)) throw error;
    err(`bench: ${error.message}\n`);
    return 2;
  }
}
