import { type Batch, type BatchOptions, batches } from "../data/batches.js";
import type { Dataset } from "../data/dataset.js";

/** Batches of one size without end: epoch after epoch in random order, the last incomplete batch of each left out. */
export async function* endlessBatches(
  data: Dataset,
  options: Pick<BatchOptions, "batchSize" | "seed">,
): AsyncGenerator<Batch, never, void> {
  const batchSize = Math.min(options.batchSize, data.size);
  for (let epoch = 0; ; epoch++) yield* batches(data, { ...options, batchSize, epoch, dropLast: true });
}
