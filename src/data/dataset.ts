import { SteepestError } from "../errors.js";
import { listed } from "../shown.js";

/** How the inputs of a dataset can be drawn as pictures (pixel values 0 to 255, rows from the top). */
export interface ImageLayout {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for colour; colour inputs lie channel by channel. */
  readonly channels: number;
}

/** What the numbers of an input are: `float` of 32 bits, `int` of 32 bits such as ids of words, `bool` as 0 and 1. */
export type FieldKind = "float" | "int" | "bool";

/** One named input of a dataset. */
export interface Field {
  readonly kind: FieldKind;
  /** Shape of one example, without the batch dimension: `[784]`; `[]` for a single number without an axis. */
  readonly shape: readonly number[];
  /** How many categories the ints number: ids from 0 to `categories` - 1. */
  readonly categories?: number;
  readonly image?: ImageLayout;
  /** Whether some floats are missing, as NaN: the network says what stands for them. */
  readonly partial?: boolean;
  /** Names of the numbers of an example, one each: `["age", "colour=red"]`. Datasets that meet must agree about them. */
  readonly columns?: readonly string[];
}

/**
 * One named target of a dataset: the number of a class, or of one at each place of `shape` (a word in a sentence); values; or yes and
 * no to each of several labels that may hold at once; or a share of each class.
 */
export type Target =
  | {
      readonly kind: "class";
      readonly classes: number;
      readonly names?: readonly string[];
      /** Classes of one example: `[]` for a single one, `[20]` for one at each of 20 places. */
      readonly shape: readonly number[];
      /** Whether some are left out, as -1: they do not count in losses and metrics. */
      readonly partial?: boolean;
    }
  | {
      readonly kind: "value";
      readonly shape: readonly number[];
      /** Whether some are left out, as NaN: they do not count in losses and metrics. */
      readonly partial?: boolean;
    }
  | { readonly kind: "labels"; readonly labels: number; readonly names?: readonly string[] }
  | {
      /** Shares of classes that add up to 1, as `mixed` makes them; to train on, and evaluated as classes. */
      readonly kind: "mixture";
      readonly classes: number;
      readonly names?: readonly string[];
    };

/** The numbers of one input or target for some examples, one after another: floats and values, ints and classes, bools and labels. */
export type Column = Float32Array | Int32Array | Uint8Array;

export type Columns = Readonly<Record<string, Column>>;

/** Memory for some examples: a column for each input and target, a row for each example. */
export interface Rows {
  readonly inputs: Columns;
  readonly targets: Columns;
  /** How much each example counts, where the dataset is weighted. */
  readonly weights?: Float32Array;
}

/** What examples consist of. */
export interface ExampleKind {
  /** Named in every error message. */
  readonly name: string;
  /** The inputs by name; an only one is usually called `input`. */
  readonly inputs: Readonly<Record<string, Field>>;
  /** The targets by name; an only one is usually called `target`. There may be none. */
  readonly targets: Readonly<Record<string, Target>>;
  /** Whether each example has a weight, by which it counts in losses and metrics. @defaultValue false: all count alike */
  readonly weighted?: boolean;
}

/**
 * Examples, which can be read in any order unless they are `streamed`. Everything that trains or evaluates reads data through this interface only,
 * so a source may be an array in memory or images decoded on demand.
 */
export interface Dataset extends ExampleKind {
  /** Number of examples; of a stream, how many make an epoch. */
  readonly size: number;
  /** Whether examples come one after another only, as those of `stream` do. @defaultValue false: they can be read in any order */
  readonly streamed?: true;
  /**
   * Copies the examples `indices[i]` into row `i` of every column of `into`. May be asynchronous for sources that decode. `epoch` numbers
   * the pass over the data, from 0, for examples that are another in each (`augmented`).
   */
  read(indices: ArrayLike<number>, into: Rows, epoch?: number): void | Promise<void>;
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** How many numbers an example has of an input. */
export const fieldSize = ({ shape }: Field): number => product(shape);

/** The shape of a target of one example. */
export const targetShape = (target: Target): readonly number[] =>
  target.kind === "labels" ? [target.labels] : target.kind === "mixture" ? [target.classes] : target.shape;

/** How many numbers an example has of a target. */
export const targetSize = (target: Target): number => product(targetShape(target));

/** What a target is where networks are evaluated: of a mixture, its classes. */
export const evaluatedTarget = (target: Target): Target =>
  target.kind === "mixture" ? { ...target, kind: "class", shape: [] } : target;

/** Examples of a kind as they are where networks are evaluated. */
export const evaluatedKind = <K extends ExampleKind>(kind: K): K =>
  hasMixtures(kind)
    ? {
        ...kind,
        targets: Object.fromEntries(
          Object.entries(kind.targets).map(([name, target]) => [name, evaluatedTarget(target)]),
        ),
      }
    : kind;

/** Whether examples can only be trained on, because classes are mixed in their targets. */
export const hasMixtures = ({ targets }: ExampleKind): boolean =>
  Object.values(targets).some(({ kind }) => kind === "mixture");

const sole = <T>(what: string, name: string, all: Readonly<Record<string, T>>): readonly [string, T] => {
  const [first, ...others] = Object.entries(all);
  if (first && others.length === 0) return first;
  throw new SteepestError(
    `"${name}" has ${first ? `${1 + others.length} ${what}s (${listed(Object.keys(all))})` : `no ${what}`}, and exactly one is needed here`,
  );
};

/** The input of data that have exactly one, with its name and size. Throws where there are several. */
export const soleInput = ({ name, inputs }: ExampleKind) => {
  const [input, field] = sole("input", name, inputs);
  return { name: input, field, size: fieldSize(field) };
};

/** The target of data that have exactly one, with its name and size. Throws where there are several, or none. */
export const soleTarget = ({ name, targets }: ExampleKind) => {
  const [target, kind] = sole("target", name, targets);
  return { name: target, target: kind, size: targetSize(kind) };
};
