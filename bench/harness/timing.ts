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
