import type { Dataset } from "../data/dataset.js";
import { standardise } from "../data/standardise.js";
import { split } from "../data/subset.js";
import { defaultEngine } from "../engine/compile.js";
import { ArenaTrainer } from "../engine/training/arena-trainer.js";
import type { Trainer } from "../engine/training/trainer.js";
import { SteepestError } from "../errors.js";
import { batchSize as batchCount, type Tensor } from "../graph/index.js";
import { type Layer, layer } from "../nn/layer.js";
import { standardised } from "../nn/layers/standardise.js";
import { crossEntropy, type Loss, meanSquaredError } from "../nn/losses.js";
import { buildModel, initialValues, type Model } from "../nn/model.js";
import { type RuleFor, ruleOf } from "../optim/groups.js";
import type { Rule } from "../optim/rule.js";
import { adam } from "../optim/rules/adam.js";
import { targetInput, wrongCount } from "./evaluate.js";
import type { checkOptions, Splits } from "./options.js";

type Options = ReturnType<typeof checkOptions>;

/** Everything that training works with. */
export interface Prepared {
  readonly splits: Splits;
  readonly loss: Loss;
  readonly model: Model;
  readonly target: Tensor;
  readonly trainer: Trainer;
  /** The rule of the first parameter: its learning rate is the one reported. */
  readonly rule: Rule | undefined;
}

const isSplits = (data: Dataset | Splits): data is Splits => "train" in data;

const withValidation = (data: Dataset | Splits, { validation, seed }: Options): Splits => {
  const splits = isSplits(data) ? data : { train: data };
  if (splits.validation || validation === 0) return splits;
  const amount = validation < 1 ? { fraction: validation } : { count: validation };
  return { ...splits, ...split(splits.train, { ...amount, seed }) };
};

/** The network with the training data's mean and scale in front, so that it takes raw inputs. */
const withPreprocessing = async (
  net: Layer,
  train: Dataset,
  kind: Options["standardise"],
): Promise<Layer> => {
  const per = kind ?? (train.image ? "all" : "feature");
  if (per === "none") return net;
  const preprocessing = standardised(await standardise(train, { per }));
  return layer("network", (x, scope) => net(preprocessing(x, scope), scope));
};

const checkTargets = (splits: Splits, loss: Loss, model: Model) => {
  const { target, name } = splits.train;
  if (loss.target !== target.kind) {
    throw new SteepestError(
      `${loss.name} takes ${loss.target === "class" ? "class numbers" : "values"} as targets, but ${name} has ${target.kind === "class" ? "class numbers" : "values"}; choose another loss`,
    );
  }
  const wanted = target.kind === "class" ? target.classes : target.size;
  const given = model.training.output.shape.at(-1);
  if (given !== wanted) {
    throw new SteepestError(
      `the network has ${given} outputs, but ${name} has ${wanted} ${target.kind === "class" ? "classes" : "target values"}; end the network with linear(${wanted})`,
    );
  }
};

/** The rule of each parameter, penalties included; equal rules stay one object, so that they are updated together. */
const rulesFor = (optimizer: RuleFor, penalty: Options["penalty"]) => {
  const penalised = new Map<Rule, Rule>();
  return (parameter: { name: string; role: string; shape: readonly number[] }): Rule => {
    const rule = ruleOf(optimizer, parameter);
    if (penalty === undefined || parameter.role !== "weight") return rule;
    const known = penalised.get(rule) ?? penalty(rule);
    penalised.set(rule, known);
    return known;
  };
};

/** Splits the data, builds the network, and places it on the engine, ready for the first step. */
export const prepare = async (net: Layer, data: Dataset | Splits, options: Options): Promise<Prepared> => {
  const splits = withValidation(data, options);
  const { train } = splits;
  const loss = options.loss ?? (train.target.kind === "class" ? crossEntropy() : meanSquaredError());
  const model = buildModel(await withPreprocessing(net, train, options.standardise), train.inputShape);
  checkTargets(splits, loss, model);
  if (model.parameters.length === 0) {
    throw new SteepestError("the network has no parameters to train; add a layer such as linear()");
  }
  const target = targetInput(train);
  const { output, penalties, masks, updates } = model.training;
  const wrong = wrongCount(output, target, loss);
  const ruleFor = rulesFor(options.optimizer ?? adam(), options.penalty);
  const parameters = model.parameters.map((parameter) => ({
    name: parameter.name,
    tensor: parameter.tensor,
    shape: parameter.shape,
    initialize: (values: Float32Array) => void initialValues(parameter, options.seed, values),
    rule: ruleFor(parameter),
    ...(options.constraint?.applies(parameter) ? { maxNorm: options.constraint.maxNorm } : {}),
  }));
  const trainer = await ArenaTrainer.create(
    {
      loss: penalties.reduce((total, penalty) => total.add(penalty), loss.of(output, target)),
      metrics: wrong ? { wrong: wrong.div(batchCount()) } : {},
      data: [model.training.input, target],
      parameters,
      states: model.states.map((state) => {
        const next = updates.get(state.tensor);
        return { ...state, ...(next ? { next } : {}) };
      }),
      masks,
      batchSize: Math.min(options.batchSize, train.size),
      seed: options.seed,
      ...(options.clipNorm === undefined ? {} : { clipNorm: options.clipNorm }),
    },
    options.engine ?? (await defaultEngine()),
    options.threads === undefined ? {} : { threads: options.threads },
  );
  return { splits, loss, model, target, trainer, rule: parameters[0]?.rule };
};
