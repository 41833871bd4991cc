import type { Dataset, Field, ImageLayout, Rows } from "../data/dataset.js";
import { fieldSize } from "../data/dataset.js";
import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { Augmentation, augmentation } from "./augmentation.js";
import { Workspace } from "./kernels/workspace.js";
import type { Operation } from "./operation.js";
import type { Size } from "./picture.js";
import { type Step, sizeAfter } from "./transformation.js";
import { canBeSent, type Job, runJob } from "./workers/job.js";
import { Pool } from "./workers/pool.js";

/** Options of `augmented`. */
export interface AugmentedOptions {
  /** Of all that is drawn. */
  readonly seed: number;
  /** Threads that change the pictures while training goes on; 0 changes them on the thread that trains. @defaultValue 1 */
  readonly workers?: number;
  /** What black and white are as numbers. @defaultValue [0, 255] */
  readonly range?: readonly [black: number, white: number];
  /** The input that holds the pictures. @defaultValue the only one with an `image` */
  readonly input?: string;
}

/** A data set whose pictures are changed anew in every epoch. */
export interface AugmentedDataset extends Dataset {
  /** Ends the threads; they do not keep a program from ending by themselves. */
  readonly close: () => Promise<void>;
}

const pictureInput = (
  data: Dataset,
  given: string | undefined,
): readonly [name: string, field: Field, image: ImageLayout] => {
  const found = Object.entries(data.inputs).filter(([name, { image }]) =>
    given === undefined ? image : name === given,
  );
  const [name, field] = found[0] ?? [];
  if (name === undefined || !field?.image || found.length > 1) {
    const all = Object.keys(data.inputs).join(", ");
    throw new SteepestError(
      found.length > 1
        ? `augmented: "${data.name}" has several inputs of pictures (${found.map(([each]) => each).join(", ")}); name one by \`input\``
        : `augmented: "${data.name}" has no input of pictures${given === undefined ? "" : ` called ${givenText(given)}`}; its inputs are ${all}, and pictures have an \`image\` layout`,
    );
  }
  return [name, field, field.image];
};

/** Pieces of pictures for one thread at a time: enough to be worth a message, few enough for all to have some. */
const PER_JOB = 16;

/**
 * A data set whose pictures a chain of transformations changes, anew for every example in every epoch: the same for the same (seed, epoch,
 * example) whatever the number of threads and the order. All else stays, and so does `data` itself, with which to evaluate.
 *
 * Every picture must come out in the same size. Functions (`change`, `points`) run on the thread that trains.
 *
 * Throws where the data have no pictures; a read throws what a transformation does.
 *
 * @example
 * ```ts
 * import { augment, augmented, digits } from "steepest";
 *
 * const { train } = digits({ train: 200, test: 50, seed: 1 });
 * const more = augmented(train, [augment.translate({ pixels: 2 }), augment.rotate({ degrees: 10 })], { seed: 1, workers: 0 });
 * ```
 */
export const augmented = (
  data: Dataset,
  recipe: Augmentation | readonly Step[],
  options: AugmentedOptions,
): AugmentedDataset => {
  const where = "augmented";
  const {
    seed,
    workers = 1,
    range = [0, 255],
    input,
  } = requireKnown(where, options, ["seed", "workers", "range", "input"]);
  if (!Number.isInteger(workers) || workers < 0 || workers > 256) {
    throw new SteepestError(
      `${where}: workers is ${givenText(workers)}; give a number of threads from 0 to 256`,
    );
  }
  const chain = recipe instanceof Augmentation ? recipe : augmentation(recipe);
  const [name, field, layout] = pictureInput(data, input);
  const size = sizeOf(chain, seed, layout);
  const given = fieldSize(field);
  const made = size.width * size.height * layout.channels;
  const resized: Field = {
    ...field,
    shape: field.shape.length === 3 ? [layout.channels, size.height, size.width] : [made],
    image: { ...layout, ...size },
  };
  const pool = workers > 0 ? new Pool(workers) : undefined;
  const workspace = new Workspace();
  const free: Staging[] = [];

  const drawn = (index: number, epoch: number): readonly Operation[] => {
    const { operations } = chain.draw({ seed, epoch, index }, layout);
    const after = sizeAfter(operations, layout);
    if (after.width === size.width && after.height === size.height) return operations;
    throw new SteepestError(
      `${where}: example ${index} of "${data.name}" came out as ${after.width} x ${after.height}, and others as ${size.width} x ${size.height}; end the chain with a crop or a resize`,
    );
  };

  const change = async (
    operations: readonly (readonly Operation[])[],
    { source, target }: Staging,
  ): Promise<void> => {
    const job = (start: number, end: number): Job => ({
      layout,
      range,
      sampling: chain.sampling,
      source: source.subarray(start * given, end * given),
      target: target.subarray(start * made, end * made),
      operations: operations.slice(start, end),
    });
    if (!pool) {
      runJob(workspace, job(0, operations.length));
      return;
    }
    const perJob = Math.max(1, Math.min(PER_JOB, Math.ceil(operations.length / pool.size)));
    const sent: Promise<void>[] = [];
    for (let start = 0; start < operations.length; start += perJob) {
      const part = job(start, Math.min(start + perJob, operations.length));
      if (part.operations.every(canBeSent)) sent.push(pool.run(part));
      else runJob(workspace, part);
    }
    await Promise.all(sent);
  };

  return {
    ...data,
    inputs: { ...data.inputs, [name]: resized },
    read: async (indices, into, epoch = 0) => {
      const operations = Array.from(indices, (index) => drawn(index, epoch));
      const count = operations.length;
      const staging = taken(free, count * given, count * made);
      const rows: Rows = { ...into, inputs: { ...into.inputs, [name]: staging.source } };
      await data.read(indices, rows, epoch);
      await change(operations, staging);
      (into.inputs[name] ?? missing()).set(staging.target);
      free.push(staging);
    },
    close: async () => pool?.close(),
  };
};

/** The size in which pictures come out. */
const sizeOf = (chain: Augmentation, seed: number, layout: ImageLayout): Size => {
  const { operations } = chain.draw({ seed, epoch: 0, index: 0 }, layout);
  const { width, height } = sizeAfter(operations, layout);
  return { width, height };
};

/** Memory that threads share: pictures before and after. */
interface Staging {
  readonly source: Float32Array;
  readonly target: Float32Array;
}

/** Memory of a size, used again where it is free: reads under way at the same time each need their own. */
const taken = (free: Staging[], source: number, target: number): Staging => {
  const fits = free.findIndex((each) => each.source.length === source && each.target.length === target);
  if (fits >= 0) return free.splice(fits, 1)[0] ?? missing();
  const shared = (count: number) => new Float32Array(new SharedArrayBuffer(4 * count));
  return { source: shared(source), target: shared(target) };
};
