import type { Fingerprint } from "../checkpoint/fingerprint.js";
import { type ExampleKind, evaluatedKind } from "../data/dataset.js";
import { defaultEngine } from "../engine/compile.js";
import type { Engine } from "../engine/engine.js";
import type { Borrowed, KeptState, TrainedParameter, TrainingGraph } from "../engine/training/graph.js";
import { openSession } from "../engine/training/open.js";
import type { Exchange } from "../engine/training/session.js";
import { SteepestError } from "../errors.js";
import { topologicalOrder } from "../graph/autodiff.js";
import { multiplyAdds } from "../graph/multiply-adds.js";
import type { LossChoice } from "../nn/choose-loss.js";
import { initialValues, type Model, type Parameter, type State } from "../nn/model.js";
import type { Net } from "../nn/network.js";
import { measuredIn } from "../optim/rule.js";
import type { ModelCard } from "./export.js";
import { type Metrics, metricsFor } from "./metrics.js";
import { answersOf, fedInputs, fedTensors, lossOf, objectiveFor } from "./objective.js";
import type { Plan } from "./plan.js";
import { errorSums } from "./score.js";
import { Trainer } from "./trainer.js";
import { type UpdateOptions, updatesFor } from "./updates.js";

/** What a trainer is opened with. */
export interface OpenOptions extends UpdateOptions {
  readonly loss?: LossChoice;
  readonly metrics?: Metrics;
  /** Limit on the Euclidean norm of all gradients together. @defaultValue no limit */
  readonly clipNorm?: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly engine?: Engine;
  readonly threads?: number;
  readonly exchange?: Exchange;
  readonly share?: readonly Trainer[];
}

/** A network written out for some kind of examples, and what is known of its training. */
export interface Opened {
  /** The function that was called, for messages. */
  readonly where: string;
  readonly net: Net;
  readonly model: Model;
  readonly kind: ExampleKind;
  readonly plan: Plan;
  /** Initial values that differ from what initialisers give. */
  readonly start?: ReadonlyMap<string, Float32Array>;
  readonly card?: Omit<ModelCard, "objective">;
}

/** Below this many multiply-adds on the way forward, a second thread costs more in waiting than it gains in work. */
const smallStep = 1.5e6;

const threadsFor = (
  { inference }: Model,
  batchSize: number,
  given: number | undefined,
): { threads?: number } => {
  if (given !== undefined) return { threads: given };
  const operations = topologicalOrder(Object.values(inference.outputs));
  const work = operations.reduce((sum, x) => sum + multiplyAdds(x), 0);
  return batchSize * work < smallStep ? { threads: 1 } : {};
};

/** What other trainers hold of a network, in their memory. Throws where one has nothing in common with it. */
const borrowedFrom = (where: string, model: Model, share: readonly Trainer[]): Borrowed[] => {
  const kept: readonly (Parameter | State)[] = [...model.parameters, ...model.states];
  const taken = new Set<string>();
  return share.flatMap((trainer, i) => {
    const { model: other } = trainer.parts;
    const theirs: readonly (Parameter | State)[] = [...other.parameters, ...other.states];
    const common = kept.flatMap(({ name, tensor, shape, owner, local }): Borrowed[] => {
      const same = theirs.find((one) => one.owner === owner && one.local === local);
      if (!same || taken.has(name)) return [];
      taken.add(name);
      return [{ name, tensor, shape, from: trainer.session, source: same.name }];
    });
    if (common.length === 0) {
      throw new SteepestError(
        `${where}: share: the network has no layer in common with trainer ${i}; use one layer object, made once, in both networks`,
      );
    }
    return common;
  });
};

const requireTrained = (where: string, model: Model, trained: readonly Parameter[]): void => {
  if (trained.length > 0) return;
  throw new SteepestError(
    model.parameters.length === 0
      ? "the network has no parameters to train; add a layer such as linear()"
      : model.parameters.every(({ frozen }) => frozen)
        ? "all parameters of the network are frozen; leave a layer to train"
        : `${where}: all parameters of the network are shared with other trainers or frozen; leave a layer to train`,
  );
};

/** Throws where batches are too small for a layer. */
const requireBatches = ({ training: { requirements } }: Model, batchSize: number): void => {
  const strict = requirements.find(({ examples }) => examples > batchSize);
  if (!strict) return;
  throw new SteepestError(
    `${strict.layer || "the network"} takes statistics over the batch and needs at least ${strict.examples} examples in it, but batchSize is ${batchSize}; set batchSize to ${strict.examples} or more`,
  );
};

/** Places a network on the engine, ready for the first step. */
export const openTrainer = async <N extends Net>(
  { where, net, model, kind, plan, start, card = {} }: Opened,
  { share = [], ...options }: OpenOptions,
): Promise<Trainer<N>> => {
  const { batchSize, seed, clipNorm, exchange } = options;
  const trained = {
    kind,
    objective: await objectiveFor(where, kind, model, options.loss),
    fed: fedTensors(kind),
  };
  const evaluated = evaluatedKind(kind);
  const { objective, fed } =
    evaluated === kind
      ? trained
      : { objective: await objectiveFor(where, evaluated, model, options.loss), fed: fedTensors(evaluated) };
  const metrics = metricsFor(where, options.metrics, objective.terms);
  requireBatches(model, batchSize);
  const borrowed = borrowedFrom(where, model, share);
  const isOwn = ({ name }: Parameter | State) => !borrowed.some((one) => one.name === name);
  const own = model.parameters.filter(isOwn);
  const learning = own.filter(({ frozen }) => !frozen);
  requireTrained(where, model, learning);
  const updateOf = updatesFor(learning, options);
  const { penalties, rates, updates, draws } = model.training;
  const initialize = (kept: Parameter | State) => (values: Float32Array) => {
    const given = start?.get(kept.name);
    if (given) values.set(given);
    else initialValues(kept, seed, values);
  };
  const parameters = learning.map((parameter): TrainedParameter => {
    const { name, tensor, shape } = parameter;
    return { name, tensor, shape, initialize: initialize(parameter), ...updateOf(parameter) };
  });
  const states = [...model.states.filter(isOwn), ...own.filter(({ frozen }) => frozen)].map(
    (state): KeptState => {
      const { name, tensor, shape } = state;
      const next = updates.get(tensor);
      return { name, tensor, shape, initialize: initialize(state), ...(next ? { next } : {}) };
    },
  );
  const batch = lossOf(trained.objective, model.training, trained.fed);
  // What is wrong with the answers is told before training, not at the end of it.
  answersOf(objective, model.inference);
  const graph: TrainingGraph = {
    loss: penalties.reduce((total, penalty) => total.add(penalty), batch.loss),
    ...(batch.weight && { weight: batch.weight }),
    metrics: errorSums(batch),
    data: fedInputs(model.training, trained.fed),
    parameters,
    states,
    borrowed,
    draws,
    rates,
    batchSize,
    seed,
    ...(clipNorm === undefined ? {} : { clipNorm }),
  };
  const session = await openSession(graph, options.engine ?? (await defaultEngine()), {
    ...threadsFor(model, batchSize, options.threads),
    ...(exchange && { exchange }),
  });
  const measured = [...new Set(parameters.flatMap(({ rule }) => measuredIn(rule.learningRate)))];
  let known: Promise<Fingerprint> | undefined;
  const fingerprint = () => {
    known ??= import("./graph-fingerprint.js").then(({ graphFingerprint }) => graphFingerprint(graph, plan));
    return known;
  };
  // Rates that go by measurements are told apart by what they are before the first.
  if (measured.length > 0) await fingerprint();
  return new Trainer<N>({
    net,
    kind: evaluated,
    model,
    objective,
    fed,
    trained,
    metrics,
    session,
    batchSize,
    plan,
    rule: parameters[0]?.rule,
    rates: measured,
    card,
    fingerprint,
  });
};
