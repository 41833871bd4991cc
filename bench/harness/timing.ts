/** The middle of the sorted numbers, or the mean of the two in the middle; NaN of none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** How long a function took, in milliseconds a run. */
export interface Timing {
  readonly median: number;
  readonly min: number;
  readonly mean: number;
  readonly runs: number;
}

/** How long to measure: runs that do not count, then as many as fit into the seconds, three at least. */
export interface MeasureOptions {
  readonly warmup?: number;
  readonly seconds?: number;
}

const LEAST_RUNS = 3;

/**
 * Times a function run by run, each run ending when its promise resolves. The median is the figure to report; the
 * minimum shows what the machine can do when nothing else runs on it.
 */
export async function measure(
  run: () => unknown,
  { warmup = 3, seconds = 2 }: MeasureOptions = {},
): Promise<Timing> {
  for (let i = 0; i < warmup; i++) await run();
  const times: number[] = [];
  const start = performance.now();
  while (times.length < LEAST_RUNS || performance.now() - start < seconds * 1e3) {
    const before = performance.now();
    await run();
    times.push(performance.now() - before);
  }
  return {
    median: median(times),
    min: times.reduce((a, b) => Math.min(a, b)),
    mean: times.reduce((a, b) => a + b) / times.length,
    runs: times.length,
  };
}

/**
 * Rate at which this machine copies memory, in bytes read plus bytes written a second: the median of `TypedArray.set`
 * (memcpy) from one buffer of `bytes` bytes to another. A pass over memory can be compared with it only at a like size:
 * two buffers of 12 MB fit into many a last-level cache, two of 64 MB into few.
 */
export async function copyRate({
  bytes = 12e6,
  seconds = 0.5,
}: {
  readonly bytes?: number;
  readonly seconds?: number;
} = {}): Promise<number> {
  const from = new Float32Array(bytes / 4).fill(1);
  const to = new Float32Array(from.length).fill(2);
  const { median: milliseconds } = await measure(() => to.set(from), { seconds });
  return (2 * from.byteLength) / (milliseconds / 1e3);
}
