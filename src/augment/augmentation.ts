import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { missing } from "../missing.js";
import { shown } from "../shown.js";
import { Draws, type Example } from "./draws.js";
import { Workspace } from "./kernels/workspace.js";
import type { Operation } from "./operation.js";
import { type Picture, requirePicture, type Size } from "./picture.js";
import { run } from "./run/run.js";
import { type CompleteSampling, requireSampling, type Sampling } from "./sampling.js";
import { type Parameters, type Step, sizeAfter, type Transformation } from "./transformation.js";

/** One transformation as it was done to an example. */
export interface Drawn {
  /** Number of the transformation in its augmentation, those in compositions counted too. */
  readonly at: number;
  readonly name: string;
  readonly parameters: Parameters;
}

/** A picture that was changed, and how. */
export interface Augmented {
  /** Lies in the augmentation's own memory and is valid until its next picture; copy what is to be kept. */
  readonly picture: Picture;
  readonly drawn: readonly Drawn[];
}

const isTransformation = (step: Step): step is Transformation => "draw" in step;

/** All transformations of some steps, in the order in which they are written. */
const transformationsOf = (steps: readonly Step[]): Transformation[] =>
  steps.flatMap((step) => (isTransformation(step) ? [step] : transformationsOf(step.of)));

/** See `augmentation`. */
export class Augmentation {
  readonly steps: readonly Step[];
  readonly sampling: CompleteSampling;
  readonly #transformations: readonly Transformation[];
  readonly #numbers: ReadonlyMap<Transformation, number>;
  #workspace: Workspace | undefined;

  constructor(steps: readonly Step[], sampling: CompleteSampling) {
    this.steps = steps;
    this.sampling = sampling;
    this.#transformations = transformationsOf(steps);
    this.#numbers = new Map(this.#transformations.map((each, i) => [each, i]));
  }

  get #memory(): Workspace {
    this.#workspace ??= new Workspace();
    return this.#workspace;
  }

  /** Draws what happens to one example whose picture has this size, and says what that comes down to. */
  draw(
    example: Example,
    size: Size,
  ): { readonly drawn: readonly Drawn[]; readonly operations: readonly Operation[] } {
    const draws = new Draws(example);
    const drawn: Drawn[] = [];
    const operations: Operation[] = [];
    let current = size;
    const take = (step: Step): void => {
      if (!isTransformation(step)) {
        for (const each of step.choose(draws)) take(each);
        return;
      }
      const parameters = step.draw(draws, current);
      if (parameters === undefined) return;
      const added = step.operations(parameters, current);
      current = sizeAfter(added, current);
      operations.push(...added);
      drawn.push({ at: this.#numbers.get(step) ?? missing(), name: step.name, parameters });
    };
    for (const step of this.steps) take(step);
    return { drawn, operations };
  }

  /** The operations of what was drawn earlier. Throws where it was not drawn by this augmentation. */
  operations(drawn: readonly Drawn[], size: Size): readonly Operation[] {
    let current = size;
    return drawn.flatMap(({ at, name, parameters }) => {
      const step = this.#transformations[at];
      if (step?.name !== name) {
        const found = step
          ? `number ${at} is ${step.name}`
          : `there are ${this.#transformations.length} transformations`;
        throw new SteepestError(
          `replay: number ${givenText(at)} was drawn for ${shown(String(name))}, but here ${found}; replay with the augmentation that drew it`,
        );
      }
      const added = step.operations(parameters, current);
      current = sizeAfter(added, current);
      return added;
    });
  }

  /**
   * Changes a picture, which stays as it is, as chance has it for this example in this epoch. A function of (seed, epoch, index) alone.
   *
   * Throws where the picture is not what it says, or a transformation cannot be done to it.
   */
  apply(picture: Picture, example: Example): Augmented {
    requirePicture(picture);
    const { drawn, operations } = this.draw(example, picture);
    return { picture: run(this.#memory, picture, operations, this.sampling), drawn };
  }

  /** Changes a picture as it was done before. Throws as `apply` does, and where `drawn` is of another augmentation. */
  replay(picture: Picture, drawn: readonly Drawn[]): Picture {
    requirePicture(picture);
    return run(this.#memory, picture, this.operations(drawn, picture), this.sampling);
  }

  /**
   * A black picture in the augmentation's own memory, to be filled: `apply` takes it from there without a copy. Valid until another is
   * asked for.
   */
  place(layout: Size & { readonly channels: number }, type: "uint8" | "float32" = "uint8"): Picture {
    const count = layout.width * layout.height * layout.channels;
    const address = this.#memory.holdInputs(count * (type === "uint8" ? 1 : 4));
    const { buffer } = this.#memory.memory;
    const pixels =
      type === "uint8" ? new Uint8Array(buffer, address, count) : new Float32Array(buffer, address, count);
    return { width: layout.width, height: layout.height, channels: layout.channels, pixels: pixels.fill(0) };
  }
}

/**
 * A chain of transformations of pictures, drawn anew for every example in every epoch.
 *
 * What moves points (flips, crops, rotation, …) is joined into one map, in the order given, and every pixel is looked up once, however long
 * the chain; then comes what changes values, in its order.
 *
 * @example
 * ```ts
 * import { augment } from "steepest";
 *
 * const { augmentation, flipHorizontally, randomResizedCrop, rotate, colourJitter } = augment;
 * const recipe = augmentation([flipHorizontally(), randomResizedCrop({ size: 24 }), rotate(), colourJitter()]);
 * const photo = { width: 32, height: 32, channels: 3, pixels: new Uint8Array(32 * 32 * 3) };
 * const { picture, drawn } = recipe.apply(photo, { seed: 1, epoch: 0, index: 7 });
 * console.log(picture.width); // 24
 * console.log(recipe.replay(photo, drawn).width); // 24
 * ```
 *
 * Throws on steps that are no transformations, and on unknown options.
 */
export const augmentation = (steps: readonly Step[], sampling: Sampling = {}): Augmentation => {
  requireSteps("augmentation", steps);
  return new Augmentation(steps, requireSampling("augmentation", sampling));
};

/** Throws unless these are transformations and compositions of them. */
export const requireSteps = (where: string, steps: readonly Step[]): void => {
  if (!Array.isArray(steps)) {
    throw new SteepestError(`${where}: expected a list of transformations, got ${givenText(steps)}`);
  }
  const wrong = steps.findIndex(
    (step) => typeof step !== "object" || step === null || !("draw" in step || "choose" in step),
  );
  if (wrong < 0) return;
  throw new SteepestError(
    `${where}: step ${wrong} is ${givenText(steps[wrong])}; give what a call makes, such as flipHorizontally()`,
  );
};
