/** What a dataset's targets are: one of `classes` labels, or `size` numbers per example. */
export type TargetKind =
  | { readonly kind: "class"; readonly classes: number; readonly names?: readonly string[] }
  | { readonly kind: "value"; readonly size: number };

/** How the inputs of a dataset can be drawn as pictures (pixel values 0 to 255, rows from the top). */
export interface ImageLayout {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for colour; colour inputs lie channel by channel. */
  readonly channels: number;
}

/** One named array of every example: numbers, whole numbers such as ids, or yes and no. */
export interface Field {
  readonly kind: "float" | "int" | "bool";
  /** Of one example, without the batch dimension; `[]` is one number. */
  readonly shape: readonly number[];
  /** How the numbers can be drawn as a picture. */
  readonly image?: ImageLayout;
  /** Names of the numbers, one each. */
  readonly columns?: readonly string[];
}

/**
 * Examples that can be read in any order. Everything that trains or evaluates reads data through this interface only,
 * so a source may be an array in memory or images decoded on demand.
 */
export interface Dataset {
  readonly name: string;
  /** Number of examples. */
  readonly size: number;
  /** Shape of one input, without the batch dimension: `[784]`, `[2]`. */
  readonly inputShape: readonly number[];
  readonly target: TargetKind;
  readonly image?: ImageLayout;
  /** Names of the numbers of an input, one each: `["age", "colour=red"]`. Datasets that meet must agree about them. */
  readonly columns?: readonly string[];
  /**
   * Copies the examples `indices[i]` into row `i` of `inputs` (`indices.length` × product of `inputShape`) and of
   * `targets` (one class number per example, or `size` values). May be asynchronous for sources that decode.
   */
  read(indices: ArrayLike<number>, inputs: Float32Array, targets: Float32Array): void | Promise<void>;
}

/** Number of floats in one input of the dataset. */
export const inputSize = (dataset: Dataset): number => dataset.inputShape.reduce((a, b) => a * b, 1);
