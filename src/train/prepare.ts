import { batches } from "../data/batches.js";
import { countClasses } from "../data/count-classes.js";
import type { Dataset } from "../data/dataset.js";
import { type PictureKind, pictureKindOf } from "../data/picture-kind.js";
import { soleFloats } from "../data/rows.js";
import { split } from "../data/subset.js";
import { defaultEngine } from "../engine/compile.js";
import type { Projection } from "../engine/training/graph.js";
import { openSession } from "../engine/training/open.js";
import type { TrainingSession } from "../engine/training/session.js";
import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import type { Tensor } from "../graph/index.js";
import { balancedTargets, chooseLoss } from "../nn/choose-loss.js";
import type { Layer } from "../nn/layer.js";
import type { Loss } from "../nn/losses/index.js";
import { initialValues, inputOf, type Model, outputOf, type Parameter, type State } from "../nn/model.js";
import { type LossTerm, termScore } from "../nn/objective.js";
import type { Constraint } from "../optim/constraints.js";
import { requireGroupsUsed, ruleOf } from "../optim/groups.js";
import { type Rule, ruleForShape } from "../optim/rule.js";
import { adam } from "../optim/rules/adam.js";
import { assign } from "../optim/select.js";
import { called, requireKnown } from "../options.js";
import { requireDataset, requireSameKind, requireUsableTargets } from "./check-data.js";
import { targetInput } from "./evaluate.js";
import type { checkOptions, Splits } from "./options.js";
import { targetScaleNote } from "./target-scale.js";
import { modelWithPreprocessing, type PreprocessingDone } from "./with-preprocessing.js";

type Options = ReturnType<typeof checkOptions>;

/** Everything that training works with. */
export interface Prepared {
  readonly splits: Splits;
  readonly loss: Loss;
  /** The loss, and what it is compared with. */
  readonly term: LossTerm;
  readonly model: Model;
  readonly target: Tensor;
  readonly preprocessing: PreprocessingDone;
  /** What is to be said of targets far from the scale of a network. */
  readonly targetScale: string | undefined;
  /** What the pictures are that are trained on, where they are pictures. */
  readonly pictures: PictureKind | undefined;
  readonly session: TrainingSession;
  /** The rule of the first parameter: its learning rate is the one reported. */
  readonly rule: Rule | undefined;
  /** Examples of a full batch. */
  readonly batchSize: number;
  /** Whether a last, incomplete batch is left out because it would be too small for the network. */
  readonly dropLast: boolean;
}

const isSplits = (data: Dataset | Splits): data is Splits =>
  typeof data === "object" && data !== null && "train" in data;

const withValidation = (data: Dataset | Splits, { validation, seed }: Options): Splits => {
  const splits = isSplits(data)
    ? requireKnown("fit: data", data, ["train", "validation", "test"])
    : { train: data };
  requireDataset(isSplits(data) ? "fit: the train part" : "fit: data", splits.train);
  if (splits.validation || validation === 0) return splits;
  const amount = validation < 1 ? { fraction: validation } : { count: validation };
  return { ...splits, ...split(splits.train, { ...amount, seed }) };
};

/** Throws unless validation and test examples are of the same kind as those trained on. */
const checkParts = ({ train, validation, test }: Splits) => {
  for (const [part, data] of Object.entries({ validation, test })) {
    if (!data) continue;
    requireDataset(`fit: the ${part} part`, data);
    requireSameKind(`fit: the ${part} part`, data, train);
  }
};

/** The loss that was chosen, or the usual one for the targets. Throws where it does not go with them. */
const termFor = async (train: Dataset, model: Model, options: Options): Promise<LossTerm> => {
  const { outputs } = model.training;
  const chosenFor = { where: "fit", data: train.name, outputs, targets: train.targets };
  const counts = Object.fromEntries(
    await Promise.all(
      balancedTargets(options.loss, chosenFor).map(
        async (name) => [name, await countClasses(train, name)] as const,
      ),
    ),
  );
  const [term] = chooseLoss(options.loss, { ...chosenFor, counts }).terms;
  if (term) return term;
  throw new SteepestError(
    `fit: loss: expected a loss such as crossEntropy(), got ${givenText(options.loss)}`,
  );
};

/** Throws where batches are too small for a layer; says whether the last batch of an epoch would be. */
const checkBatches = (model: Model, train: Dataset, batchSize: number): boolean => {
  const least = Math.max(1, ...model.training.requirements.map(({ examples }) => examples));
  const strict = model.training.requirements.find(({ examples }) => examples > batchSize);
  if (strict) {
    throw new SteepestError(
      `${strict.layer || "the network"} takes statistics over the batch and needs at least ${strict.examples} examples in it, but ${train.size < strict.examples ? `there is ${train.size} training example` : `batchSize is ${batchSize}`}; ${train.size < strict.examples ? "give more" : `set batchSize to ${strict.examples} or more`}`,
    );
  }
  return train.size % batchSize < least;
};

/** The rule and the projections of each parameter: the optimiser, with penalties and constraints on top of it. */
const updatesFor = (parameters: readonly Parameter[], { optimizer = adam(), ...options }: Options) => {
  requireGroupsUsed(optimizer, parameters);
  const penalties = assign("penalty", options.penalty, parameters);
  const constraints = assign("constraint", options.constraint, parameters);
  const composed = new Map<Rule, Map<string, Rule>>();
  const compositions = [
    ...penalties.map(({ apply, to }) => ({ to, compose: apply })),
    ...constraints.flatMap(({ apply: { acts }, to }) =>
      acts.kind === "rule" ? [{ to, compose: acts.compose }] : [],
    ),
  ];
  return (parameter: Parameter): { readonly rule: Rule; readonly projections: readonly Projection[] } => {
    const plain = ruleOf(optimizer, parameter);
    const applied = compositions.filter(({ to }) => to.has(parameter.name));
    // Equal rules stay one object, so that their parameters are updated together.
    const known = composed.get(plain) ?? new Map<string, Rule>();
    const key = applied.map((entry) => compositions.indexOf(entry)).join();
    const rule = known.get(key) ?? applied.reduce((inner, { compose }) => compose(inner), plain);
    composed.set(plain, known.set(key, rule));
    const projections = constraints
      .filter(({ to }) => to.has(parameter.name))
      .flatMap(({ apply }) => projectionOf(apply, parameter, rule));
    return { rule, projections };
  };
};

const projectionOf = ({ name, acts }: Constraint, parameter: Parameter, rule: Rule): Projection[] => {
  if (acts.kind === "rule") return [];
  if (acts.kind === "values") return [{ name, ...acts }];
  if (parameter.shape.length < 2) {
    throw new SteepestError(
      `${name}: ${parameter.name} of shape [${parameter.shape}] has no units with incoming weights; choose a weight matrix`,
    );
  }
  return [{ kind: "units", name, scaling: acts.scaling(ruleForShape(rule, parameter.shape)) }];
};

/** The initial values of all parameters adjusted to the first batch, where that is asked for. */
const adjustedValues = async (model: Model, train: Dataset, batchSize: number, options: Options) => {
  const { initialization, engine, seed } = options;
  if (!initialization) return undefined;
  const values = new Map(model.parameters.map((p) => [p.name, initialValues(p, seed)]));
  for await (const { inputs } of batches(train, { batchSize, seed, epoch: 0, prefetch: 0 })) {
    const first = { model, inputs: soleFloats(inputs).slice(), values, ...(engine ? { engine } : {}) };
    await called("initialization", initialization, () => initialization(first));
    break;
  }
  return values;
};

/** Below this many multiplications a step, a second thread costs more in waiting than it gains in work. */
const smallStep = 1.5e6;

const threadsFor = (model: Model, batchSize: number, given: number | undefined): { threads?: number } => {
  if (given !== undefined) return { threads: given };
  const weights = model.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return batchSize * weights < smallStep ? { threads: 1 } : {};
};

/** Splits the data, builds the network, and places it on the engine, ready for the first step. */
export const prepare = async (net: Layer, data: Dataset | Splits, options: Options): Promise<Prepared> => {
  const splits = withValidation(data, options);
  const { train } = splits;
  checkParts(splits);
  if (options.earlyStopping && !splits.validation) {
    throw new SteepestError(
      "fit: earlyStopping watches the validation part, but there is none; set validation: 0.1, or give data.validation",
    );
  }
  const { model, preprocessing } = await modelWithPreprocessing(net, train, options);
  const term = await termFor(train, model, options);
  const { loss, described } = term;
  if (options.watch === "error" && described.kind !== "class" && !loss.right) {
    throw new SteepestError(`fit: watch is "error", but ${loss.name} counts no errors; watch the "loss"`);
  }
  // Those of the training part are looked at as they are read; of the others before training, which would be lost later.
  for (const part of [loss.targetRange && train, splits.validation, splits.test]) {
    if (part) await requireUsableTargets(loss, part);
  }
  const trained = model.parameters.filter(({ frozen }) => !frozen);
  if (trained.length === 0) {
    throw new SteepestError(
      model.parameters.length === 0
        ? "the network has no parameters to train; add a layer such as linear()"
        : "all parameters of the network are frozen; leave a layer to train",
    );
  }
  const target = targetInput(train);
  const { penalties, rates, updates } = model.training;
  const output = outputOf(model.training);
  const { loss: lossOfBatch, wrong } = termScore(term, output, target);
  const batchSize = Math.min(options.batchSize, train.size);
  const dropLast = checkBatches(model, train, batchSize);
  const updateOf = updatesFor(trained, options);
  const adjusted = await adjustedValues(model, train, batchSize, options);
  const startOf = (kept: Parameter | State) => (values: Float32Array) => {
    const start = adjusted?.get(kept.name);
    if (start) values.set(start);
    else initialValues(kept, options.seed, values);
  };
  const parameters = trained.map((parameter) => ({
    name: parameter.name,
    tensor: parameter.tensor,
    shape: parameter.shape,
    initialize: startOf(parameter),
    ...updateOf(parameter),
  }));
  const session = await openSession(
    {
      loss: penalties.reduce((total, penalty) => total.add(penalty), lossOfBatch),
      metrics: wrong ? { wrong } : {},
      data: [inputOf(model.training), target],
      parameters,
      states: [...model.states, ...model.parameters.filter(({ frozen }) => frozen)].map((state) => {
        const { name, tensor, shape } = state;
        const next = updates.get(tensor);
        return { name, tensor, shape, initialize: startOf(state), ...(next ? { next } : {}) };
      }),
      draws: model.training.draws,
      rates,
      batchSize,
      seed: options.seed,
      ...(options.clipNorm === undefined ? {} : { clipNorm: options.clipNorm }),
    },
    options.engine ?? (await defaultEngine()),
    threadsFor(model, batchSize, options.threads),
  );
  return {
    splits,
    loss,
    term,
    model,
    target,
    preprocessing,
    targetScale: await targetScaleNote(train, loss),
    session,
    pictures: await pictureKindOf(train),
    rule: parameters[0]?.rule,
    batchSize,
    dropLast,
  };
};
