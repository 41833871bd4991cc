import type { Dataset } from "../data/dataset.js";
import { newRows } from "../data/rows.js";
import type { Engine } from "../engine/engine.js";
import { missing } from "../missing.js";
import { buildModel } from "../nn/build.js";
import type { Model } from "../nn/model.js";
import type { Net } from "../nn/network.js";
import { fitPreprocessing, type Preprocess, type preprocessings } from "./preprocess.js";
import { type RawInputs, rawInputsOf } from "./raw-inputs.js";

/** What was done to the inputs before the network sees them. It is part of the network, and of the exported model. */
export interface PreprocessingDone {
  /** As `fit` names it; "own" for a function such as `pca()`. */
  readonly kind: (typeof preprocessings)[number] | "own";
  /** Whether `fit` was told so, or it is the default. */
  readonly asked: boolean;
  /** The numbers of input features that the default left as they are. */
  readonly untouched: readonly number[];
  /** The same in words, for a person. */
  readonly text: string;
}

const inWords = {
  all: "less one mean and divided by one standard deviation, those of all training inputs together",
  channel: "each channel less its mean and divided by its standard deviation, those of the training examples",
  feature: "each feature less its mean and divided by its standard deviation, those of the training examples",
  centre: "each feature less its mean, that of the training examples",
  none: "as they are",
  own: "by the function that `preprocess` names",
} as const;

/** 0, 3 and 4; the first few of many. */
const listed = (numbers: readonly number[]): string =>
  numbers.length > 8
    ? `${numbers.slice(0, 8).join(", ")} and ${numbers.length - 8} others`
    : numbers.join(", ");

const describe = (
  kind: PreprocessingDone["kind"],
  asked: boolean,
  raw: RawInputs | undefined,
): PreprocessingDone => {
  const numbers = (raw?.features ?? []).flatMap((needed, j) => (needed ? [j] : []));
  const untouched = asked ? [] : numbers;
  const only =
    numbers.length < (raw?.features.length ?? 0)
      ? `feature${numbers.length === 1 ? "" : "s"} ${listed(numbers)} `
      : "";
  const text = !raw
    ? inWords[kind]
    : kind === "none"
      ? `${inWords[kind]}${asked ? "" : `: ${raw.because}`}`
      : asked
        ? `${inWords[kind]}, although ${only ? `of ${only}` : ""}${raw.because}`
        : `${inWords[kind]}, but ${only}as they are: ${raw.because}`;
  return { kind, asked, untouched, text };
};

/** The examples of a dataset as those with one of its inputs, and no targets. */
const withOnly = (data: Dataset, name: string): Dataset => {
  if (Object.keys(data.inputs).length === 1) return data;
  const { [name]: field = missing() } = data.inputs;
  return {
    ...data,
    inputs: { [name]: field },
    targets: {},
    weighted: false,
    read: async (indices, { inputs }) => {
      const rows = newRows(data, indices.length);
      await data.read(indices, rows);
      inputs[name]?.set(rows.inputs[name] ?? missing());
    },
  };
};

/** What is fitted to one input of the training data, and what is said of it. */
const fitted = async (
  plain: Model,
  train: Dataset,
  name: string,
  { preprocess, engine }: { readonly preprocess?: Preprocess; readonly engine?: Engine },
) => {
  const raw = await rawInputsOf(plain.inference, name, engine);
  const asked = preprocess !== undefined;
  const pictures = train.inputs[name]?.image !== undefined;
  const usual = raw?.features.every((needed) => needed) ? "none" : pictures ? "all" : "feature";
  const chosen = preprocess ?? usual;
  const first = await fitPreprocessing(chosen, withOnly(train, name), {
    ...(engine ? { engine } : {}),
    ...(raw && !asked ? { untouched: raw.features } : {}),
  });
  return { name, first, done: describe(typeof chosen === "function" ? "own" : chosen, asked, raw) };
};

/** What was done to several inputs, as one thing. */
const together = (
  done: readonly { readonly name: string; readonly done: PreprocessingDone }[],
): PreprocessingDone => {
  const [first, ...others] = done;
  if (first && others.length === 0) return first.done;
  return {
    kind: first?.done.kind ?? "none",
    asked: first?.done.asked ?? false,
    untouched: [],
    text: done.map(({ name, done: { text } }) => `"${name}" ${text}`).join("; ") || inWords.none,
  };
};

/**
 * The network written out with what is fitted to the training data in front, so that it takes raw inputs. By default pictures get
 * one mean and scale and other inputs one each per feature, but for features that must stay as they are. Whole numbers and truths stay.
 */
export const modelWithPreprocessing = async (
  net: Net,
  train: Dataset,
  options: { readonly preprocess?: Preprocess; readonly engine?: Engine },
): Promise<{ readonly model: Model; readonly preprocessing: PreprocessingDone }> => {
  const plain = buildModel(net, train.inputs);
  const floats = Object.entries(train.inputs).filter(([, { kind }]) => kind === "float");
  const done = await Promise.all(floats.map(([name]) => fitted(plain, train, name, options)));
  const before = Object.fromEntries(done.flatMap(({ name, first }) => (first ? [[name, first]] : [])));
  const model = Object.keys(before).length > 0 ? buildModel(net, train.inputs, { before }) : plain;
  return { model, preprocessing: together(done) };
};
