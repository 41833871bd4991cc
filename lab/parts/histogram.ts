/** How many values lie in each of some bins of equal width; what lies beyond is counted in the outermost. */
export const histogram = (
  values: ArrayLike<number>,
  [low, high]: readonly [number, number],
  bins: number,
): number[] => {
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor((((values[i] ?? 0) - low) / (high - low)) * bins);
    const within = Math.max(0, Math.min(bins - 1, bin));
    counts[within] = (counts[within] ?? 0) + 1;
  }
  return counts;
};
