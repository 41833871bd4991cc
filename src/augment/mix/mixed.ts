import { type Dataset, type ImageLayout, soleInput, soleTarget } from "../../data/dataset.js";
import { newRows } from "../../data/rows.js";
import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { missing } from "../../missing.js";
import { requireKnown } from "../../options.js";
import { Draws } from "../draws.js";
import type { Mixing, Mixture } from "./mixing.js";

/** A mixing, or several, of which one is chosen for each example. */
export type Mix = Mixing | readonly Mixing[];

/** Options of `mixed`. */
export interface MixedOptions {
  /** Of all that is drawn. */
  readonly seed: number;
}

/** A mixture, and the number of the partner. */
interface Pairing extends Mixture {
  readonly partner: number;
}

const isMixing = (given: unknown): given is Mixing =>
  typeof given === "object" && given !== null && "draw" in given && "pictures" in given;

/** Throws unless these are mixings. */
export const requireMixings = (where: string, mix: Mix): readonly Mixing[] => {
  const list: readonly unknown[] = [mix].flat();
  const wrong = list.find((each) => !isMixing(each));
  if (list.length > 0 && wrong === undefined) return list.filter(isMixing);
  throw new SteepestError(
    `${where}: the mixing is ${list.length === 0 ? "an empty list" : givenText(wrong)}; give mixup(), cutmix(), or a list of both`,
  );
};

/** The numbers of an example where its partner's take their place, or the weighted mean of both. */
const mixInto = (
  own: Float32Array,
  theirs: Float32Array,
  { share, part }: Mixture,
  image: ImageLayout | undefined,
): void => {
  if (part === undefined) {
    for (let i = 0; i < own.length; i++) {
      own[i] = share * (own[i] ?? missing()) + (1 - share) * (theirs[i] ?? missing());
    }
    return;
  }
  const { width, height, channels } = image ?? missing();
  for (let channel = 0; channel < channels; channel++) {
    for (let y = part.top; y < part.top + part.height; y++) {
      const start = (channel * height + y) * width + part.left;
      own.set(theirs.subarray(start, start + part.width), start);
    }
  }
};

const requireMixable = (where: string, data: Dataset, mixings: readonly Mixing[]) => {
  const [{ name, field }, { name: targetName, target }] = [soleInput(data), soleTarget(data)];
  const fail = (problem: string): never => {
    throw new SteepestError(`${where}: ${problem}`);
  };
  if (data.streamed) fail(`"${data.name}" is a stream, whose examples cannot be read in any order`);
  if (data.size < 2) fail(`"${data.name}" has ${data.size} example, and a partner is another one`);
  if (field.kind !== "float") fail(`the input of "${data.name}" is ${field.kind}; only floats have means`);
  const pictures = mixings.find((mixing) => mixing.pictures);
  if (pictures && !field.image)
    fail(
      `${pictures.name} is for pictures, and the input of "${data.name}" has no \`image\` layout; take mixup()`,
    );
  if (target.kind !== "class" || target.shape.length > 0 || target.partial)
    return fail(`the target of "${data.name}" is not one known class for each example`);
  return { name, image: field.image, targetName, target };
};

/**
 * A data set for training whose examples are mixed with others, anew for every example in every epoch: each has a partner of its own, any
 * other example of the data set, and shares of its own, a function of (seed, epoch, example) alone. Targets become the shares of the
 * classes, on which `crossEntropy` trains; an answer counts as wrong where it is not the class with the largest share. Validate and test on
 * data that are not mixed.
 *
 * What changes pictures comes before: `mixed(augmented(train, …), …)`.
 *
 * Throws where the data have not one input of floats and one class for each example, or are a stream.
 *
 * @example
 * ```ts
 * import { augment, digits } from "steepest";
 *
 * const { train } = digits({ train: 200, test: 50, seed: 1 });
 * const more = augment.mixed(train, [augment.mixup(), augment.cutmix()], { seed: 1 });
 * ```
 */
export const mixed = <D extends Dataset>(data: D, mix: Mix, options: MixedOptions): D => {
  const where = "mixed";
  const { seed } = requireKnown(where, options, ["seed"]);
  const mixings = requireMixings(where, mix);
  const { name, image, targetName, target } = requireMixable(where, data, mixings);
  const { classes, names } = target;

  const draw = (index: number, epoch: number): Pairing | undefined => {
    const draws = new Draws({ seed, epoch, index }, "mixing");
    const mixture = draws.one(mixings).draw(draws, image);
    const other = draws.whole(0, data.size - 2);
    return mixture && { ...mixture, partner: other < index ? other : other + 1 };
  };

  const read: Dataset["read"] = async (indices, into, epoch = 0) => {
    const pairings = Array.from(indices, (index) => draw(index, epoch));
    const partners = pairings.flatMap((pairing) => (pairing ? [pairing.partner] : []));
    const [labels, theirs] = [newRows(data, indices.length).targets, newRows(data, partners.length)];
    await data.read(indices, { ...into, targets: labels }, epoch);
    if (partners.length > 0) await data.read(partners, theirs, epoch);
    const inputs = into.inputs[name] ?? missing();
    const others = theirs.inputs[name] ?? missing();
    const shares = (into.targets[targetName] ?? missing()).fill(0);
    if (!(inputs instanceof Float32Array && others instanceof Float32Array)) return missing();
    const width = inputs.length / indices.length;
    const row = (column: Float32Array, i: number) => column.subarray(i * width, (i + 1) * width);
    let next = 0;
    pairings.forEach((pairing, i) => {
      const add = (label: number | undefined, share: number) => {
        const at = i * classes + (label ?? missing());
        shares[at] = (shares[at] ?? missing()) + share;
      };
      add(labels[targetName]?.[i], pairing?.share ?? 1);
      if (!pairing) return;
      mixInto(row(inputs, i), row(others, next), pairing, image);
      add(theirs.targets[targetName]?.[next++], 1 - pairing.share);
    });
  };

  const mixture = { kind: "mixture", classes, ...(names ? { names } : {}) } as const;
  return { ...data, targets: { [targetName]: mixture }, read };
};
