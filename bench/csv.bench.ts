import { parseCsv } from "../src/data/csv.js";
import { random } from "../src/random/random.js";
import { type Benchmark, formatTable } from "./harness.js";

const COLUMNS = 10;
const ROWS = 100_000;
const RUNS = 5;

const stream = random(1, "benchmark table");
const words = ["red", "green", "blue", "a longer name", "Müller"];
const uniform = () => stream.integer(2 ** 31) / 2 ** 31;
const fixed = (digits: number) => (100 * uniform()).toFixed(digits);
const day = () => new Date(uniform() * 1.7e12).toISOString().slice(0, 10);

/** What a cell of column j holds. */
const kinds: Readonly<Record<string, (j: number) => string>> = {
  "numbers of 4 to 8 digits": (j) => fixed(2 + (j % 5)),
  "numbers of 17 digits": () => String(uniform() * uniform()),
  "whole numbers up to 255": () => String(stream.integer(256)),
  "texts and numbers": (j) => (j < 3 ? (words[stream.integer(words.length)] ?? "") : fixed(3)),
  "in quotes": () => `"${fixed(5)}"`,
  "decimal commas": () => fixed(5).replace(".", ","),
  "dates and numbers": (j) => (j < 3 ? day() : fixed(5)),
  "one in twenty missing": () => (uniform() < 0.05 ? "" : fixed(5)),
};

const tableOf = (cell: (j: number) => string): Uint8Array => {
  const row = (value: (j: number) => string) => Array.from({ length: COLUMNS }, (_, j) => value(j)).join(";");
  const lines = [row((j) => `c${j}`), ...Array.from({ length: ROWS }, () => row(cell))];
  return new TextEncoder().encode(`${lines.join("\n")}\n`);
};

/** The quickest of a few runs, by the clock and by the time that the processor was busy (with its other threads, such as the collector's). */
const timesOf = (run: () => unknown) => {
  let [clock, cpu] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let i = 0; i < RUNS; i++) {
    const [start, before] = [performance.now(), process.cpuUsage()];
    run();
    const { user, system } = process.cpuUsage(before);
    clock = Math.min(clock, (performance.now() - start) / 1e3);
    cpu = Math.min(cpu, (user + system) / 1e6);
  }
  return { clock, cpu };
};

const benchmark: Benchmark = {
  name: "csv",
  describe: `reading CSV, ${ROWS} rows of ${COLUMNS} columns`,
  run: async ({ log }) => {
    const rows = Object.entries(kinds).map(([kind, cell]) => {
      log(`  ${kind}`);
      const bytes = tableOf(cell);
      const { clock, cpu } = timesOf(() => parseCsv(bytes, { target: `c${COLUMNS - 1}`, missing: "mean" }));
      const megabytes = bytes.length / 1e6;
      return { kind, megabytes, perSecond: megabytes / clock, perCpuSecond: megabytes / cpu };
    });
    const table = formatTable(rows, [
      { title: "cells", cell: ({ kind }) => kind },
      { title: "MB", cell: ({ megabytes }) => megabytes },
      { title: "MB/s", cell: ({ perSecond }) => perSecond },
      { title: "MB per processor second", cell: ({ perCpuSecond }) => perCpuSecond },
    ]);
    return { row: { rows }, table };
  },
};

export default benchmark;
