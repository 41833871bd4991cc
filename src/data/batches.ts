import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { random } from "../random/random.js";
import { type Dataset, inputSize } from "./dataset.js";
import { requireInputs } from "./inputs.js";
import { requireTargets, targetSize } from "./targets.js";

/** Memory for one batch: batchSize × input size floats and batchSize × target size floats. */
interface BatchBuffers {
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
}

/** Some examples side by side: `size` rows of inputs and targets, and which examples of the dataset they are. */
export interface Batch extends BatchBuffers {
  readonly size: number;
  readonly indices: Uint32Array;
}

/** How an epoch is cut into batches; see `batches`. */
export interface BatchOptions {
  readonly batchSize: number;
  readonly seed: number;
  /** Number of the pass over the data, from 0. */
  readonly epoch: number;
  /** Random order, a function of (seed, epoch) alone; else the dataset's own. @defaultValue true */
  readonly shuffle?: boolean;
  /** Leave out a last batch that would be smaller. @defaultValue false */
  readonly dropLast?: boolean;
  /** Reads kept under way ahead of the batch in use when the dataset reads asynchronously. @defaultValue 2 */
  readonly prefetch?: number;
}

/**
 * One epoch of mini-batches. The inputs and targets of a batch are valid until the next batch is asked for: buffers
 * are used again in turn. (`indices` stay valid.) Reads under way are waited for when the loop ends early.
 *
 * Throws on sizes that are not positive integers, in epoch 0 on inputs that are not finite and targets that are not what the dataset says
 * they are, naming the example, and whatever the dataset's `read` throws.
 */
export async function* batches(dataset: Dataset, options: BatchOptions): AsyncGenerator<Batch, void, void> {
  const {
    batchSize,
    seed,
    epoch,
    shuffle = true,
    dropLast = false,
    prefetch = 2,
  } = requireKnown("batches", options, ["batchSize", "seed", "epoch", "shuffle", "dropLast", "prefetch"]);
  checkCount("batchSize", batchSize, 1);
  checkCount("prefetch", prefetch, 0);
  const inputWidth = inputSize(dataset);
  const targetWidth = targetSize(dataset.target);
  const order = shuffle
    ? random(seed, "batch order", epoch).permutation(dataset.size)
    : Uint32Array.from({ length: dataset.size }, (_, i) => i);
  const end = dropLast ? order.length - (order.length % batchSize) : order.length;

  const allocate = (): BatchBuffers => ({
    inputs: new Float32Array(batchSize * inputWidth),
    targets: new Float32Array(batchSize * targetWidth),
  });

  const free: BatchBuffers[] = [];
  const underWay: Reading[] = [];
  let next = 0;
  const startReading = (): Reading => {
    const indices = order.subarray(next, Math.min(next + batchSize, end));
    next += indices.length;
    const buffers = free.pop() ?? allocate();
    const full = indices.length === batchSize;
    const inputs = full ? buffers.inputs : buffers.inputs.subarray(0, indices.length * inputWidth);
    const targets = full ? buffers.targets : buffers.targets.subarray(0, indices.length * targetWidth);
    const done = dataset.read(indices, inputs, targets);
    // A failed read is reported when its batch is due, not as an unhandled rejection before that.
    done?.catch(() => undefined);
    return { batch: { size: indices.length, inputs, targets, indices }, buffers, done };
  };

  try {
    while (next < end || underWay.length > 0) {
      const reading = underWay.shift() ?? startReading();
      if (reading.done) {
        while (next < end && underWay.length < prefetch) underWay.push(startReading());
        await reading.done;
      }
      const { inputs, targets, indices } = reading.batch;
      // Examples stay what they are: they are looked at once, not at a fifth of a small network's step in every epoch.
      if (epoch === 0) {
        requireInputs(dataset.name, inputWidth, inputs, (row) => indices[row] ?? missing());
        requireTargets(dataset.name, dataset.target, targets, (row) => indices[row] ?? missing());
      }
      yield reading.batch;
      free.push(reading.buffers);
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
  readonly buffers: BatchBuffers;
  readonly done: void | Promise<void>;
}

const checkCount = (what: string, value: number, least: number): void => {
  if (!Number.isInteger(value) || value < least) {
    throw new SteepestError(`${what} is ${value}; give an integer of at least ${least}`);
  }
};
