import type { Dataset } from "../data/dataset.js";
import { readRows, soleColumn } from "../data/rows.js";
import { subset } from "../data/subset.js";
import { compile } from "../engine/compile.js";
import { SteepestError } from "../errors.js";
import { input } from "../graph/index.js";
import { batch } from "../graph/shape.js";
import type { Examples } from "../linear/examples.js";
import { predict } from "../linear/fit.js";
import { ridgePath } from "../linear/path.js";
import { classProbabilities, softmaxRegression } from "../linear/softmax.js";
import { missing } from "../missing.js";
import { from } from "../nn/initializers.js";
import type { NamedNetwork } from "../nn/network.js";
import { random } from "../random/random.js";
import { mean } from "../statistics.js";
import { fieldsOf } from "./encode.js";
import type { EncodedTarget, TableEncoder } from "./encoder.js";
import { featuresOf, joined } from "./features.js";
import type { TableTask } from "./load.js";
import { linearNetwork } from "./network.js";

/** Strengths of the penalty that are tried, for standardised features. */
const lambdas = [0.01, 0.1, 1, 10, 100, 1000] as const;

/** Numbers of the features that are solved for at once, in float64; of more rows a random part is. */
const mostNumbers = 2 ** 24;

/** Weights that are solved for at most: each Newton step goes over all of them and all rows. */
const mostWeights = 20_000;

/** A linear model of a table's features: ridge regression, or softmax regression for classes. */
export interface LinearModel {
  readonly kind: "ridge" | "softmax";
  /** `features × outputs`, row by row; of standardised values. */
  readonly weights: Float64Array;
  readonly intercepts: Float64Array;
  /** λ in Σ loss + λ‖w‖², chosen on the validation rows where there are any, else 1. */
  readonly lambda: number;
  /** How many rows it was fitted to. */
  readonly rows: number;
}

/** Rows that are turned into features at once. */
const atOnce = 4096;

/** The features that a linear model looks at, of rows of a table with one target: to be released. */
interface Features {
  readonly width: number;
  /** Features and targets of the rows of a part. */
  readonly examplesOf: (data: Dataset) => Promise<Examples>;
  readonly release: () => Promise<void>;
}

const openFeatures = async (encoder: TableEncoder, target: EncodedTarget): Promise<Features> => {
  const inputs = Object.fromEntries(
    Object.entries(fieldsOf(encoder)).map(([name, { kind, shape }]) => [
      name,
      input(name, [batch, ...shape], kind === "int" ? "int64" : "float32"),
    ]),
  );
  const x = joined(featuresOf(encoder, inputs, { linear: true }).dense);
  const width = Number(x.size(-1));
  const program = await compile({ inputs: Object.values(inputs), outputs: { x } });
  const examplesOf = async (data: Dataset): Promise<Examples> => {
    const X = new Float64Array(data.size * width);
    const y = new Float64Array(data.size);
    for (let start = 0; start < data.size; start += atOnce) {
      const end = Math.min(data.size, start + atOnce);
      const rows = await readRows(
        data,
        Uint32Array.from({ length: end - start }, (_, i) => start + i),
      );
      const values = Object.fromEntries(
        Object.entries(rows.inputs).map(([name, column]) => [
          name,
          column instanceof Int32Array ? BigInt64Array.from(column, BigInt) : column,
        ]),
      );
      X.set((await program.run(values)).x.data as Float32Array, start * width);
      for (const [i, value] of soleColumn(rows.targets).entries())
        y[start + i] = target.kind === "class" ? value : (value - target.mean) / target.deviation;
    }
    return { X, y, n: data.size, d: width };
  };
  return { width, examplesOf, release: () => program.release() };
};

/** Mean of −log p of the true classes. */
const logLoss = (p: Float64Array, { y, n }: Examples): number => {
  const classes = p.length / n;
  return mean(
    Float64Array.from(y, (label, i) => -Math.log(Math.max(1e-300, p[i * classes + label] ?? missing()))),
  );
};

const softmaxModels = async (train: Examples, classes: number, held: Examples | undefined) => {
  const models: (LinearModel & { readonly loss: number })[] = [];
  let refused: unknown;
  for (const lambda of held ? lambdas : [1]) {
    try {
      const { weights, intercepts } = await softmaxRegression(train, { lambda });
      const fit = { weights, intercepts, classes, value: 0, iterations: 0 };
      const loss = held ? logLoss(classProbabilities(fit, held.X), held) : 0;
      models.push({ kind: "softmax", weights, intercepts, lambda, rows: train.n, loss });
    } catch (error) {
      // A weak penalty may leave a minimum that is not found; a stronger one does not.
      if (!(error instanceof SteepestError)) throw error;
      refused ??= error;
    }
  }
  if (models.length === 0) throw refused;
  return models;
};

const ridgeModels = async (train: Examples, held: Examples | undefined) => {
  const fits = await ridgePath(train, { lambdas: held ? [...lambdas] : [1] });
  return fits.map((fit) => {
    const errors = held && predict(fit, held.X).map((value, i) => (value - (held.y[i] ?? missing())) ** 2);
    return {
      kind: "ridge" as const,
      weights: fit.weights,
      intercepts: Float64Array.of(fit.intercept),
      lambda: fit.lambda,
      rows: train.n,
      loss: errors ? mean(errors) : 0,
    };
  });
};

/**
 * Ridge regression, or softmax regression for classes, on the features of a table's training rows: numbers in standard deviations, gaps and categories as 0
 * and 1. The strength of the penalty is the one with the lowest loss on the validation rows.
 *
 * Throws, in one line, where there are several targets, where features and classes are too many to be solved for, or where `softmaxRegression` does.
 */
export const fitLinearModel = async (
  { encoder, splits }: Pick<TableTask, "encoder" | "splits">,
  { seed = 0 }: { readonly seed?: number } = {},
): Promise<LinearModel> => {
  const [target, ...others] = encoder.targets;
  if (target === undefined || others.length > 0)
    throw new SteepestError("linear models of a table have one target; name one column");
  const features = await openFeatures(encoder, target);
  try {
    const { width, examplesOf } = features;
    const outputs = target.kind === "class" ? target.classes.length : 1;
    if (width * outputs > mostWeights) {
      throw new SteepestError(
        `a linear model of ${width} features and ${outputs} ${outputs === 1 ? "output" : "classes"} has more than the ${mostWeights} weights that are solved for`,
      );
    }
    const { train, validation } = splits;
    const most = Math.floor(mostNumbers / width);
    const some =
      train.size <= most
        ? train
        : subset(train, random(seed, "rows of the linear model").permutation(train.size).slice(0, most));
    const examples = await examplesOf(some);
    const held = validation && validation.size > 0 ? await examplesOf(validation) : undefined;
    const models =
      target.kind === "class"
        ? await softmaxModels(examples, outputs, held)
        : await ridgeModels(examples, held);
    const { loss: _, ...best } = models.reduce((a, b) => (b.loss < a.loss ? b : a));
    return best;
  } finally {
    await features.release();
  }
};

/** What a linear model answers to the rows of a part: probabilities of each class, or values in the target's units. */
export const linearAnswers = async (
  { kind, weights, intercepts }: LinearModel,
  encoder: TableEncoder,
  data: Dataset,
): Promise<Float64Array> => {
  const target = encoder.targets[0] ?? missing();
  const features = await openFeatures(encoder, target);
  const { X } = await features.examplesOf(data).finally(features.release);
  if (kind === "softmax") {
    return classProbabilities(
      { weights, intercepts, classes: intercepts.length, value: 0, iterations: 0 },
      X,
    );
  }
  const z = predict({ weights, intercept: intercepts[0] ?? missing() }, X);
  return target.kind === "value" ? z.map((value) => value * target.deviation + target.mean) : z;
};

/** A linear model as a network, which can be saved and answers as every model of a table does. */
export const networkOfLinearModel = (
  { weights, intercepts }: Pick<LinearModel, "weights" | "intercepts">,
  encoder: TableEncoder,
): NamedNetwork => linearNetwork(encoder, { init: from(weights), biasInit: from(intercepts) });
