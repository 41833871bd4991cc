import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { random } from "../random/random.js";
import { requireRows } from "./checks.js";
import type { Dataset, Rows } from "./dataset.js";
import { firstRows, newRows } from "./rows.js";

/** Some examples side by side, and which examples of the dataset they are. */
export interface Batch extends Rows {
  /** Examples of the batch: those of one's own part where several processes share each batch. */
  readonly size: number;
  readonly indices: Uint32Array;
  /** The dataset that they are of. */
  readonly data: Dataset;
  /** Examples of the whole batch, all processes together. */
  readonly globalSize: number;
  /** How many examples of the whole batch lie before these. */
  readonly offset: number;
}

/** How an epoch is cut into batches; see `batches`. */
export interface BatchOptions {
  readonly batchSize: number;
  readonly seed: number;
  /** Number of the pass over the data, from 0. */
  readonly epoch: number;
  /** Random order, a function of (seed, epoch) alone; else the dataset's own. @defaultValue true, but for a stream */
  readonly shuffle?: boolean;
  /** Leave out a last batch that would be smaller. @defaultValue false */
  readonly dropLast?: boolean;
  /** Reads kept under way ahead of the batch in use when the dataset reads asynchronously. @defaultValue 2 */
  readonly prefetch?: number;
  /** The first batch given, from 0: where an epoch goes on that was left in the middle. @defaultValue 0 */
  readonly from?: number;
  /** Which of `of` processes this is, from 0: it reads its part of every batch, in order one after another. @defaultValue 0 */
  readonly rank?: number;
  /** How many processes share each batch. A last batch can be so small that the part of one of them is empty. @defaultValue 1 */
  readonly of?: number;
}

const batchOptions = [
  "batchSize",
  "seed",
  "epoch",
  "shuffle",
  "dropLast",
  "prefetch",
  "from",
  "rank",
  "of",
] as const;

/**
 * One epoch of mini-batches. The numbers of a batch are valid until the next batch is asked for: memory is used again in turn.
 * (`indices` stay valid.) Reads under way are waited for when the loop ends early.
 *
 * Throws on sizes that are not positive integers, in epoch 0 on inputs, targets and weights that are not what the dataset says
 * they are, naming the example, and whatever the dataset's `read` throws.
 */
export async function* batches(dataset: Dataset, options: BatchOptions): AsyncGenerator<Batch, void, void> {
  const {
    batchSize,
    seed,
    epoch,
    shuffle = !dataset.streamed,
    dropLast = false,
    prefetch = 2,
    from = 0,
    rank = 0,
    of = 1,
  } = requireKnown("batches", options, batchOptions);
  checkCount("batchSize", batchSize, 1);
  checkCount("prefetch", prefetch, 0);
  checkCount("from", from, 0);
  checkCount("of", of, 1);
  checkCount("rank", rank, 0);
  if (rank >= of) throw new SteepestError(`rank is ${rank}; of ${of} processes the last is ${of - 1}`);
  const order = shuffle
    ? random(seed, "batch order", epoch).permutation(dataset.size)
    : Uint32Array.from({ length: dataset.size }, (_, i) => i);
  const end = dropLast ? order.length - (order.length % batchSize) : order.length;
  const most = Math.ceil(batchSize / of);

  const free: Rows[] = [];
  const underWay: Reading[] = [];
  let next = from * batchSize;
  const startReading = (): Reading => {
    const globalSize = Math.min(batchSize, end - next);
    const offset = Math.floor((globalSize * rank) / of);
    const size = Math.floor((globalSize * (rank + 1)) / of) - offset;
    const indices = order.subarray(next + offset, next + offset + size);
    next += globalSize;
    const memory = free.pop() ?? newRows(dataset, most);
    const rows = size === most ? memory : firstRows(memory, size, most);
    const done = dataset.read(indices, rows, epoch);
    // A failed read is reported when its batch is due, not as an unhandled rejection before that.
    done?.catch(() => undefined);
    return { batch: { size, indices, data: dataset, globalSize, offset, ...rows }, memory, done };
  };

  try {
    while (next < end || underWay.length > 0) {
      const reading = underWay.shift() ?? startReading();
      if (reading.done) {
        while (next < end && underWay.length < prefetch) underWay.push(startReading());
        await reading.done;
      }
      const { batch } = reading;
      // Examples stay what they are: they are looked at once, not at a fifth of a small network's step in every epoch.
      if (epoch === 0) requireRows(dataset, batch, (row) => batch.indices[row] ?? missing());
      yield batch;
      free.push(reading.memory);
    }
  } finally {
    await Promise.allSettled(underWay.map((reading) => reading.done));
  }
}

/** Number of batches `batches` gives in one epoch. */
export const batchCount = (dataset: Dataset, batchSize: number, dropLast = false): number =>
  dropLast ? Math.floor(dataset.size / batchSize) : Math.ceil(dataset.size / batchSize);

interface Reading {
  readonly batch: Batch;
  readonly memory: Rows;
  readonly done: void | Promise<void>;
}

const checkCount = (what: string, value: number, least: number): void => {
  if (!Number.isInteger(value) || value < least) {
    throw new SteepestError(`${what} is ${value}; give an integer of at least ${least}`);
  }
};
