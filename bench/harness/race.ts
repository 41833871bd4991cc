import { setTimeout as pause } from "node:timers/promises";
import { median, type Timing } from "./timing.js";

/** How long to measure. */
export interface RaceOptions {
  /** Turns that each function gets. */
  readonly rounds?: number;
  /** Length of a turn in milliseconds; a function that takes longer runs once. */
  readonly turn?: number;
}

/** Times of one function in a race. */
export interface RaceTiming extends Timing {
  /** The median of each turn. */
  readonly rounds: readonly number[];
}

/** Long enough for the threads of an engine that ran last to go to sleep: they wait spinning, on cores that others need. */
const PAUSE_MS = 20;

/** One turn: a first run that does not count, to warm caches up and wake threads, then as many as fit. */
const turnOf = async (run: () => unknown, milliseconds: number): Promise<number[]> => {
  await pause(PAUSE_MS);
  await run();
  const times: number[] = [];
  const start = performance.now();
  do {
    const before = performance.now();
    await run();
    times.push(performance.now() - before);
  } while (performance.now() - start < milliseconds);
  return times;
};

/**
 * Times functions in turns, over and over, so that what else the machine does befalls all of them alike. Compare them
 * with `ratioOf`.
 */
export async function race<Name extends string>(
  contestants: Readonly<Record<Name, () => unknown>>,
  { rounds = 20, turn = 150 }: RaceOptions = {},
): Promise<Readonly<Record<Name, RaceTiming>>> {
  const entries = Object.entries<() => unknown>(contestants).map(([name, run]) => ({
    name,
    run,
    turns: [] as number[][],
  }));
  for (const { run } of entries) await turnOf(run, 0);
  for (let round = 0; round < rounds; round++) {
    for (const { run, turns } of entries) turns.push(await turnOf(run, turn));
  }
  return Object.fromEntries(entries.map(({ name, turns }) => [name, timingOf(turns)])) as Record<
    Name,
    RaceTiming
  >;
}

const timingOf = (turns: readonly number[][]): RaceTiming => {
  const times = turns.flat();
  return {
    median: median(times),
    min: times.reduce((a, b) => Math.min(a, b)),
    mean: times.reduce((a, b) => a + b) / times.length,
    runs: times.length,
    rounds: turns.map(median),
  };
};

/** The quickest turn: what a function takes when the machine does nothing else, if there was such a moment. */
export const undisturbed = ({ rounds }: RaceTiming): number => rounds.reduce((a, b) => Math.min(a, b));

/** How many times as long one function takes as another: the median over the rounds of the ratio within a round. */
export const ratioOf = (a: RaceTiming, b: RaceTiming): number =>
  median(a.rounds.map((time, round) => time / (b.rounds[round] ?? Number.NaN)));
