import type { Tensors } from "../checkpoint/encode.js";
import { type Fingerprint, requireSameTraining } from "../checkpoint/fingerprint.js";
import { type Checkpoint, CheckpointFolder } from "../checkpoint/folder.js";
import type { HostTensors } from "../engine/engine.js";
import type { Snapshot, TrainingSession } from "../engine/training/session.js";
import { SteepestError } from "../errors.js";
import { unwritable } from "../files.js";
import type { CheckpointTaker, CourseState, TrainingCheckpoint } from "./course.js";

/** Where and how often checkpoints are written. */
export interface CheckpointOptions {
  /** Their folder; it is made where there is none. */
  readonly folder: string;
  /** Minutes between two within an epoch. There is one at the end of every epoch too, unless that would take more than 2 % of the time. @defaultValue 5 */
  readonly every?: number;
}

/** Tensors of a file as engines take them. Throws where one is of a type that they do not hold. */
const hostTensors = (tensors: Tensors): HostTensors =>
  Object.fromEntries(
    [...tensors].map(([name, { dtype, shape, data }]) => {
      if (dtype === "int32" || dtype === "uint8" || data instanceof Int32Array) {
        throw new SteepestError(
          `the tensor "${name}" is of type ${dtype}, which no checkpoint of training has`,
        );
      }
      return [name, { dtype, shape, data }];
    }),
  );

/** Checkpoints take at most this share of the time. */
const share = 0.02;

/**
 * Writes checkpoints of a training while it goes on: a copy of its memory is made between two steps, and written piece by piece beside
 * those that follow.
 */
export class Checkpoints implements CheckpointTaker {
  readonly #folder: CheckpointFolder;
  readonly #every: number;
  readonly #fingerprint: Fingerprint;
  readonly #copy: Snapshot;
  /** When the last one was begun, and how long it took, in milliseconds. */
  #last = { at: performance.now(), took: 0 };
  #writing: Promise<void> | undefined;
  #problem: SteepestError | undefined;

  private constructor({ folder, every = 5 }: CheckpointOptions, fingerprint: Fingerprint, copy: Snapshot) {
    this.#folder = new CheckpointFolder(folder);
    this.#every = every * 60_000;
    this.#fingerprint = fingerprint;
    this.#copy = copy;
  }

  /** Makes room for the copies before training, since new memory takes much longer to fill than memory that was used. */
  static async begin(
    options: CheckpointOptions,
    session: TrainingSession,
    fingerprint: Fingerprint,
  ): Promise<Checkpoints> {
    return new Checkpoints(options, fingerprint, await session.snapshot());
  }

  /** Why the last one could not be written, as on a full disk; training goes on, and those before are still there. */
  get problem(): SteepestError | undefined {
    return this.#problem;
  }

  /**
   * The last checkpoint; undefined where there is none. Throws, naming the first difference, where it is of another training, and where it
   * is damaged.
   */
  async last(): Promise<TrainingCheckpoint | undefined> {
    const last = await this.#folder.last();
    if (!last) return undefined;
    requireSameTraining(last.path, last.fingerprint, this.#fingerprint);
    const shared = Object.entries(last.shared).map(
      ([name, { number, tensors }]) => [name, { number, tensors: hostTensors(tensors) }] as const,
    );
    return {
      step: last.step,
      tensors: hostTensors(last.tensors),
      shared: Object.fromEntries(shared),
      // Its checksum is right, and the fingerprint says that this version wrote it.
      state: last.state as CourseState,
    };
  }

  /** Throws where the folder has checkpoints already: they would be taken for this training's. */
  async requireNone(): Promise<void> {
    const [file] = await this.#folder.files();
    if (file === undefined) return;
    throw new SteepestError(
      `checkpoint.folder ${this.#folder.path} has checkpoints of another training (${file}); go on with resume: true, or choose another folder`,
    );
  }

  /** Whether one is due: at the end of an epoch, or between steps. */
  isDue(at: "step" | "epoch"): boolean {
    if (this.#writing) return false;
    const since = performance.now() - this.#last.at;
    return since >= (at === "step" ? this.#every : Math.min(this.#every, this.#last.took / share));
  }

  /** Copies where training stands and begins to write it. What is shared must not change until `settle`. */
  async take({ step, shared, state }: Omit<TrainingCheckpoint, "tensors">): Promise<void> {
    await this.settle();
    const at = performance.now();
    await this.#copy.take();
    const tensors = new Map(Object.entries(await this.#copy.tensors()));
    const parts = Object.entries(shared).map(
      ([name, part]) => [name, { ...part, tensors: new Map(Object.entries(part.tensors)) }] as const,
    );
    const checkpoint = {
      step,
      tensors,
      shared: Object.fromEntries(parts),
      state,
      fingerprint: this.#fingerprint,
    };
    this.#writing = this.#write(checkpoint, at);
  }

  async #write(checkpoint: Checkpoint, at: number): Promise<void> {
    try {
      await this.#folder.write(checkpoint);
      this.#problem = undefined;
    } catch (error) {
      this.#problem =
        error instanceof SteepestError ? error : unwritable("write into", this.#folder.path, error);
    }
    this.#last = { at, took: performance.now() - at };
    this.#writing = undefined;
  }

  /** Waits until nothing is being written. */
  async settle(): Promise<void> {
    await this.#writing;
  }

  /** Waits until nothing is being written, and frees the copy. */
  async release(): Promise<void> {
    await this.settle();
    this.#copy.release();
  }
}
