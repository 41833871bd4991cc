import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import type { Dataset, ExampleKind, Rows } from "./dataset.js";
import { type Example, writeExample } from "./example.js";
import { describedParts, type SoleSpec, soleOptions } from "./named.js";
import type { FieldSpec, TargetSpec } from "./spec.js";

/** Examples that come one after another; see `stream`. */
export interface StreamOptions extends SoleSpec {
  /** Named in every error message. */
  readonly name: string;
  /** How many examples make an epoch: those that a pass of training takes. */
  readonly perEpoch: number;
  /** What the inputs are, by name. @defaultValue one, called `input` */
  readonly inputs?: Readonly<Record<string, FieldSpec>>;
  /** What the targets are, by name; `{}` where there are none. @defaultValue one, called `target` */
  readonly targets?: Readonly<Record<string, TargetSpec>>;
  /** Whether examples have a `weight`. @defaultValue false */
  readonly weighted?: boolean;
  /** Begins the examples of an epoch, numbered from 0: a generator function, or one that opens a file, say. */
  readonly examples: (epoch: number) => Iterable<Example> | AsyncIterable<Example>;
}

const names = ["name", "perEpoch", "inputs", "targets", "weighted", "examples", ...soleOptions] as const;

type Steps = Iterator<Example, unknown> | AsyncIterator<Example, unknown>;

/** The examples of a stream at the place where it was read last. */
class Position {
  #epoch = -1;
  #next = 0;
  #steps: Steps | undefined;

  constructor(
    readonly kind: ExampleKind,
    readonly options: StreamOptions,
  ) {}

  /** Goes to an example of an epoch: forwards past those between, or from the beginning. */
  async #seek(epoch: number, example: number): Promise<void> {
    if (epoch !== this.#epoch || example < this.#next || this.#steps === undefined) {
      await this.#steps?.return?.();
      this.#steps = this.#open(epoch);
      this.#epoch = epoch;
      this.#next = 0;
    }
    while (this.#next < example) await this.#pull();
  }

  #open(epoch: number): Steps {
    const examples: unknown = this.options.examples(epoch);
    if (typeof examples === "object" && examples !== null) {
      if (Symbol.asyncIterator in examples)
        return (examples as AsyncIterable<Example>)[Symbol.asyncIterator]();
      if (Symbol.iterator in examples) return (examples as Iterable<Example>)[Symbol.iterator]();
    }
    throw new SteepestError(
      `stream "${this.kind.name}": examples gave ${givenText(examples)}; let it return something to go through, as a generator function does`,
    );
  }

  async #pull(): Promise<Example> {
    const { value, done } = (await this.#steps?.next()) ?? missing();
    if (!done) {
      this.#next += 1;
      return value;
    }
    throw new SteepestError(
      `stream "${this.kind.name}": it ended after ${this.#next} examples of epoch ${this.#epoch}, and perEpoch is ${this.options.perEpoch}; set that to no more, or let it begin again`,
    );
  }

  async read(indices: ArrayLike<number>, into: Rows, epoch: number): Promise<void> {
    await this.#seek(epoch, indices[0] ?? 0);
    for (let row = 0; row < indices.length; row++) {
      const number = indices[row] ?? missing();
      if (number !== this.#next) {
        throw new SteepestError(
          `stream "${this.kind.name}": example ${number} was asked for after example ${this.#next - 1}; its examples can only be read in order`,
        );
      }
      writeExample(this.kind, await this.#pull(), { into, row, number });
    }
  }
}

/**
 * A dataset over examples that come one after another and may never end: of a generator, a file that is read line by line, a queue. They
 * are trained on in the order in which they come, `perEpoch` of them in an epoch.
 *
 * ```ts
 * const squares = stream({
 *   name: "squares",
 *   perEpoch: 1000,
 *   *examples(epoch) {
 *     const draws = random(1, "squares", epoch);
 *     for (;;) {
 *       const x = draws.normal();
 *       yield { input: x, target: x ** 2 };
 *     }
 *   },
 * });
 * await fit(sequential(linear(16), relu(), linear(1)), squares, { epochs: 2 });
 * ```
 *
 * Where the examples are a function of the epoch's number alone, a run is reproducible, and goes on from a checkpoint. Throws where they end before an
 * epoch does, and where an example is not what it should be, naming it. None can be chosen from it: give validation and test parts as
 * datasets of their own.
 */
export const stream = (options: StreamOptions): Dataset => {
  const { perEpoch, weighted = false, examples } = requireKnown("stream", options, names);
  const { name, inputs, targets } = describedParts("stream", options);
  const fail = (problem: string): never => {
    throw new SteepestError(`stream "${name}": ${problem}`);
  };
  if (typeof examples !== "function") {
    fail(
      `examples is ${givenText(examples)}; give a function that begins them, as in () => lines(), since every epoch does`,
    );
  }
  if (!Number.isSafeInteger(perEpoch) || perEpoch < 1) {
    fail(`perEpoch is ${givenText(perEpoch)}; give the number of examples that make an epoch`);
  }
  const kind = { name, inputs, targets, ...(weighted ? { weighted } : {}) };
  const position = new Position(kind, options);
  let last: Promise<void> = Promise.resolve();
  return {
    ...kind,
    size: perEpoch,
    streamed: true,
    read: (indices, into, epoch = 0) => {
      if (indices.length === 0) return;
      // One after another, also where several are asked for ahead.
      const reading = last.then(() => position.read(indices, into, epoch));
      last = reading.catch(() => {});
      return reading;
    },
  };
};
