const blocks = "▁▂▃▄▅▆▇█";

export interface SparkOptions {
  /** Characters of the widest curve. */
  readonly width: number;
  /** Values of the lowest and the highest block. */
  readonly range: readonly [low: number, high: number];
}

/**
 * Values as a row of blocks, each at the height of the value that it stands for: where there are more values than room, of those at
 * even distances, the first and the last among them. What is not finite is left blank.
 */
export const spark = (values: readonly number[], { width, range: [low, high] }: SparkOptions): string => {
  const length = Math.min(width, values.length);
  const at = (i: number) =>
    length === 1 ? values.length - 1 : Math.round((i * (values.length - 1)) / (length - 1));
  return Array.from({ length }, (_, i) => {
    const value = values[at(i)] ?? Number.NaN;
    if (!Number.isFinite(value)) return " ";
    const height = high > low ? (value - low) / (high - low) : 0.5;
    return blocks[Math.min(blocks.length - 1, Math.max(0, Math.floor(height * blocks.length)))];
  }).join("");
};
