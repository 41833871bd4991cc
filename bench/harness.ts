/**
 * What the benchmarks share: timing loops, the machine's copy rate, peers run as child processes, tables, and the form
 * of a benchmark itself. Benchmarks import from here; `run.ts` finds and runs them.
 */
export * from "./harness/benchmark.js";
export * from "./harness/peers.js";
export * from "./harness/race.js";
export * from "./harness/table.js";
export * from "./harness/timing.js";
