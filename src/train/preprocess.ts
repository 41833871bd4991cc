import { check, checkOneOf, notNegative } from "../check.js";
import type { Dataset } from "../data/dataset.js";
import { standardise } from "../data/standardise.js";
import type { Engine } from "../engine/engine.js";
import { SteepestError } from "../errors.js";
import { multiplier } from "../linear/eigen/multiply.js";
import { missing } from "../missing.js";
import type { Layer } from "../nn/layer.js";
import { centreAndScale } from "../nn/layers/centreAndScale.js";
import { projected } from "../nn/layers/project.js";
import { called, requireKnown } from "../options.js";
import { type PrincipalAxes, principalAxes } from "./principal.js";

/** Fits a layer to training data; it becomes the first of the network, and of the exported model. */
export type Preprocessing = (train: Dataset, engine?: Engine) => Promise<Layer>;

/** The preprocessings that have a name. */
export const preprocessings = ["all", "channel", "feature", "centre", "none"] as const;

/** What `fit` understands: one of the names, or any function that fits a layer. */
export type Preprocess = (typeof preprocessings)[number] | Preprocessing;

export interface PrincipalOptions {
  /** How many directions are kept: a whole number, or the share of the variance (below 1) to keep. @defaultValue all */
  readonly components?: number;
  /** Directions whose variance is at most this share of the largest are left out as not varying. @defaultValue 1e-6 */
  readonly epsilon?: number;
}

export interface WhitenOptions extends PrincipalOptions {
  /**
   * "pca": the output is one number per direction. "zca": turned back, so that it is as close to the input as white numbers can
   * be, and keeps its shape.
   *
   * @defaultValue "pca"
   */
  readonly method?: "pca" | "zca";
}

const principalNames = ["components", "epsilon"] as const;

const checkOptions = (name: string, { components, epsilon = 1e-6 }: PrincipalOptions): void => {
  check(name, notNegative, { epsilon });
  if (components !== undefined && !(components > 0 && (components < 1 || Number.isInteger(components)))) {
    throw new SteepestError(
      `${name}: components must be a whole number, or a share of the variance below 1, got ${components}`,
    );
  }
};

/** How many of the axes, in order, are kept. */
const keptOf = (name: string, { variances }: PrincipalAxes, options: PrincipalOptions): number => {
  const { components, epsilon = 1e-6 } = options;
  const limit = epsilon * (variances[0] ?? 0);
  const varying = variances.filter((v) => v > limit).length;
  if (varying === 0) throw new SteepestError(`${name}: the inputs do not vary at all`);
  if (components === undefined) return varying;
  if (components >= 1) {
    if (components > varying) {
      throw new SteepestError(
        `${name}: ${components} components were asked for, but the inputs vary in ${varying} directions only`,
      );
    }
    return components;
  }
  const total = variances.reduce((a, b) => a + b, 0);
  let kept = 0;
  for (let sum = 0; kept < varying && sum < components * total; kept++) sum += variances[kept] ?? missing();
  return kept;
};

/** A model holds at most so many numbers of one matrix: 2 GiB. */
const LARGEST = 2 ** 29;

const checkSize = (name: string, rows: number, columns: number, advice: string): void => {
  if (rows * columns < LARGEST) return;
  throw new SteepestError(
    `${name}: a matrix of ${rows} x ${columns} numbers is more than a model can hold; ${advice}`,
  );
};

/** The matrix whose columns are the axes, each times its factor. */
const columnsOf = (axes: readonly Float64Array[], factors: ArrayLike<number>): Float64Array => {
  const matrix = new Float64Array((axes[0]?.length ?? missing()) * axes.length);
  axes.forEach((axis, j) => {
    const factor = factors[j] ?? missing();
    for (let r = 0; r < axis.length; r++) matrix[r * axes.length + j] = (axis[r] ?? missing()) * factor;
  });
  return matrix;
};

/** The matrix `Σⱼ fⱼ·uⱼ·uⱼ'` of the axes u and their factors f. */
const outer = async (axes: readonly Float64Array[], factors: ArrayLike<number>, engine?: Engine) => {
  const d = axes[0]?.length ?? missing();
  const rows = new Float64Array(axes.length * d);
  axes.forEach((axis, j) => {
    rows.set(axis, j * d);
  });
  const { multiply, release } = multiplier(engine ? { engine } : {});
  const matrix = await multiply(columnsOf(axes, factors), axes.length, rows, d);
  await release();
  return matrix;
};

/**
 * Principal components: `(x - mean)·U/σ` with the directions of largest variance of the training inputs as the columns of U, and
 * one number σ, by which the mean of their variances becomes 1. Lecture, "Data Preprocessing".
 *
 * Throws for components that are neither a count nor a share, or more of them than the inputs have directions.
 */
export const pca = (options: PrincipalOptions = {}): Preprocessing => {
  checkOptions("pca", requireKnown("pca", options, principalNames));
  return async (train, engine) => {
    const principal = await principalAxes(train, engine);
    const axes = principal.axes.slice(0, keptOf("pca", principal, options));
    const variances = principal.variances.subarray(0, axes.length);
    const sigma = Math.sqrt(variances.reduce((a, b) => a + b, 0) / axes.length);
    const { mean } = principal;
    checkSize("pca", mean.length, axes.length, "ask for fewer components");
    const matrix = columnsOf(axes, new Float64Array(axes.length).fill(1 / sigma));
    return projected({ mean, matrix: Float32Array.from(matrix) });
  };
};

/**
 * Whitening: `(x - mean)·U·Λ^(-1/2)` ("pca"), or `(x - mean)·U·Λ^(-1/2)·U'` ("zca"), with the eigenvectors U and eigenvalues Λ of
 * the covariance of the training inputs, which then is the identity. Directions in which the training inputs hardly vary are left
 * out, not blown up.
 *
 * Throws as `pca` does. Lecture, "Data Preprocessing"; Bell & Sejnowski 1997 (zca).
 */
export const whiten = (given: WhitenOptions = {}): Preprocessing => {
  const { method = "pca", ...options } = requireKnown("whiten", given, [...principalNames, "method"]);
  checkOptions("whiten", options);
  checkOneOf("whiten", "method", method, ["pca", "zca"]);
  return async (train, engine) => {
    const principal = await principalAxes(train, engine);
    const axes = principal.axes.slice(0, keptOf("whiten", principal, options));
    const factors = principal.variances.subarray(0, axes.length).map((v) => 1 / Math.sqrt(v));
    const { mean } = principal;
    if (method === "pca") {
      checkSize("whiten", mean.length, axes.length, "ask for fewer components");
      return projected({ mean, matrix: Float32Array.from(columnsOf(axes, factors)) });
    }
    checkSize("whiten", mean.length, mean.length, 'take method "pca"');
    return projected({
      mean,
      matrix: Float32Array.from(await outer(axes, factors, engine)),
      keepShape: true,
    });
  };
};

/** The layer that an option of `fit` stands for, fitted; undefined for "none". `untouched` features stay as they are. */
export const fitPreprocessing = async (
  kind: Preprocess,
  train: Dataset,
  { engine, untouched = [] }: { readonly engine?: Engine; readonly untouched?: readonly boolean[] } = {},
): Promise<Layer | undefined> => {
  if (typeof kind === "function") return called("preprocess", kind, () => kind(train, engine));
  if (kind === "none") return undefined;
  const { mean, scale } = await standardise(train, { per: kind === "centre" ? "feature" : kind });
  return centreAndScale({
    mean: mean.map((m, j) => (untouched[j] ? 0 : m)),
    scale: scale.map((s, j) => (untouched[j] || kind === "centre" ? 1 : s)),
  });
};
