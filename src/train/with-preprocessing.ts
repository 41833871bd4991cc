import { type Dataset, soleInput } from "../data/dataset.js";
import type { Engine } from "../engine/engine.js";
import { buildModel } from "../nn/build.js";
import type { Layer } from "../nn/layer.js";
import type { Model } from "../nn/model.js";
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

/**
 * The network written out with what is fitted to the training data in front, so that it takes raw inputs. By default pictures get
 * one mean and scale and other inputs one each per feature, but for features that must stay as they are.
 */
export const modelWithPreprocessing = async (
  net: Layer,
  train: Dataset,
  { preprocess, engine }: { readonly preprocess?: Preprocess; readonly engine?: Engine },
): Promise<{ readonly model: Model; readonly preprocessing: PreprocessingDone }> => {
  const {
    field: { shape, image },
  } = soleInput(train);
  const plain = buildModel(net, shape);
  const raw = await rawInputsOf(plain.inference, engine);
  const asked = preprocess !== undefined;
  const usual = raw?.features.every((needed) => needed) ? "none" : image ? "all" : "feature";
  const chosen = preprocess ?? usual;
  const first = await fitPreprocessing(chosen, train, {
    ...(engine ? { engine } : {}),
    ...(raw && !asked ? { untouched: raw.features } : {}),
  });
  const preprocessing = describe(typeof chosen === "function" ? "own" : chosen, asked, raw);
  const model = first ? buildModel(net, shape, { before: { input: first } }) : plain;
  return { model, preprocessing };
};
